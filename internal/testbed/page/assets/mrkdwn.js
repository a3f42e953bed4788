// Slack's mrkdwn and its <…> tokens. https://docs.slack.dev/messaging/formatting-message-text
import { h } from './dom.js';
import { formatDate } from './dates.js';
import { glyph } from './emoji.js';

export const unescape = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

// Names of people, groups and channels, as they stand in a message. ctx says who reads it.
export function userMention(id, ctx) {
  const user = ctx.world.users[id];
  return h('span', { class: id === ctx.me ? 'mention mine' : 'mention', title: user?.real }, `@${user?.name ?? id}`);
}
export const groupMention = (id, ctx) => h('span', { class: 'mention' }, `@${ctx.world.groups[id] ?? id}`);
export const channelMention = (id, ctx) => h('span', { class: 'mention' }, `#${ctx.world.rooms[id] ?? id}`);
export const broadcast = (range) => h('span', { class: 'mention mine' }, `@${range}`);

// link is a link that leads out of the page, in a new tab.
export function link(url, text) {
  if (!/^(https?:|mailto:)/i.test(url)) return text || url;
  return h('a', { href: url, target: '_blank', rel: 'noreferrer noopener' }, text || url.replace(/^mailto:/, ''));
}

export function dateSpan(seconds, format, fallback, ctx, url) {
  const text = formatDate(seconds, format, fallback, ctx.zone, ctx.now);
  const shown = h('time', { datetime: new Date(seconds * 1000).toISOString() }, text);
  return url ? link(url, shown) : shown;
}

function token(body, ctx) {
  const [what, label] = body.includes('|') ? [body.slice(0, body.indexOf('|')), unescape(body.slice(body.indexOf('|') + 1))] : [body, ''];
  if (what.startsWith('@')) return userMention(what.slice(1), ctx);
  if (what.startsWith('#')) return channelMention(what.slice(1), ctx);
  if (what.startsWith('!subteam^')) return groupMention(what.slice(9), ctx);
  if (what.startsWith('!date^')) {
    const [, seconds, format, url] = what.match(/^!date\^(\d+)\^([^^]*)(?:\^(.*))?$/) ?? [];
    return format === undefined ? label : dateSpan(Number(seconds), unescape(format), label, ctx, url);
  }
  if (/^!(here|channel|everyone)$/.test(what)) return broadcast(what.slice(1));
  if (what.startsWith('!')) return label;
  return link(unescape(what), label);
}

// The marks count at the edges of words only.
const marks = [
  [/```([\s\S]+?)```/y, (m) => h('pre', null, unescape(m[1]))],
  [/`([^`\n]+)`/y, (m) => h('code', null, unescape(m[1]))],
  [/<([@#!]?[^<>\s][^<>]*)>/y, (m, ctx) => token(m[1], ctx)],
  [/:([a-z0-9_+-]+):/y, (m) => glyph(m[1]) ?? null],
  [/(?<!\w)\*(?=\S)([^*\n]*[^*\s])\*(?!\w)/y, (m, ctx) => h('strong', null, inline(m[1], ctx))],
  [/(?<!\w)_(?=\S)([^_\n]*[^_\s])_(?!\w)/y, (m, ctx) => h('em', null, inline(m[1], ctx))],
  [/(?<!\w)~(?=\S)([^~\n]*[^~\s])~(?!\w)/y, (m, ctx) => h('s', null, inline(m[1], ctx))],
];

function inline(text, ctx) {
  const out = [];
  let plain = '';
  for (let at = 0; at < text.length;) {
    const hit = mark(text, at, ctx);
    if (hit) {
      out.push(unescape(plain), hit.shown);
      plain = '';
      at = hit.end;
    } else {
      plain += text[at++];
    }
  }
  return [...out, unescape(plain)];
}

function mark(text, at, ctx) {
  for (const [pattern, show] of marks) {
    pattern.lastIndex = at;
    const m = pattern.exec(text);
    const end = pattern.lastIndex;
    const shown = m && show(m, ctx);
    if (shown) return { shown, end };
  }
  return null;
}

// mrkdwn draws text with marks and tokens; lines that begin with > are quotes.
export function mrkdwn(text, ctx) {
  const out = [];
  let quoted = [];
  let free = [];
  const flush = () => {
    if (quoted.length) out.push(h('blockquote', null, inline(quoted.join('\n'), ctx)));
    if (free.length) out.push(inline(free.join('\n'), ctx));
    [quoted, free] = [[], []];
  };
  for (const line of text.split('\n')) {
    const quote = line.match(/^(?:&gt;|>)\s?(.*)$/);
    if (quote ? free.length : quoted.length) flush();
    if (quote) quoted.push(quote[1]);
    else free.push(line);
  }
  flush();
  return out;
}
