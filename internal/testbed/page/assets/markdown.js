// markdown blocks: headings, lists, quotes, code, emphasis and links, each on lines of its own.
// https://docs.slack.dev/reference/block-kit/blocks/markdown-block
import { h } from './dom.js';
import { link } from './mrkdwn.js';

const pieces = /`([^`]+)`|\*\*([^*]+)\*\*|~~([^~]+)~~|[*_]([^*_]+)[*_]|\[([^\]]+)\]\(([^()\s]+)\)/g;

function inline(text) {
  const out = [];
  let at = 0;
  for (const m of text.matchAll(pieces)) {
    out.push(text.slice(at, m.index));
    at = m.index + m[0].length;
    if (m[1]) out.push(h('code', null, m[1]));
    else if (m[2]) out.push(h('strong', null, m[2]));
    else if (m[3]) out.push(h('s', null, m[3]));
    else if (m[4]) out.push(h('em', null, m[4]));
    else out.push(link(m[6], m[5]));
  }
  return [...out, text.slice(at)];
}

function line(text) {
  const [, marks, rest] = text.match(/^(#{1,6}|[-*+]|\d+\.|>)\s+(.*)$/) ?? [];
  if (!marks) return text.trim() ? h('p', null, inline(text)) : null;
  if (marks[0] === '#') return h('h4', null, inline(rest));
  if (marks === '>') return h('blockquote', null, inline(rest));
  return h('p', { class: 'item' }, /\d/.test(marks) ? `${marks} ` : '• ', inline(rest));
}

export function markdown(text) {
  return text.split('```').map((part, i) => (i % 2 ? h('pre', null, part.replace(/^\w*\n/, '')) : part.split('\n').map(line)));
}
