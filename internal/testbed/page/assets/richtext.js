// rich_text blocks. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
import { h } from './dom.js';
import { glyph } from './emoji.js';
import { broadcast, channelMention, dateSpan, groupMention, link, userMention } from './mrkdwn.js';

const styles = [['bold', 'strong'], ['italic', 'em'], ['strike', 's'], ['underline', 'u'], ['code', 'code'], ['highlight', 'mark']];

function bare(e, ctx) {
  switch (e.type) {
    case 'text': return e.text;
    case 'user': return userMention(e.user_id, ctx);
    case 'usergroup': return groupMention(e.usergroup_id, ctx);
    case 'channel': return channelMention(e.channel_id, ctx);
    case 'broadcast': return broadcast(e.range);
    case 'emoji': return e.unicode ? String.fromCodePoint(...e.unicode.split('-').map((c) => parseInt(c, 16))) : glyph(e.name) ?? `:${e.name}:`;
    case 'link': return link(e.url, e.text);
    case 'date': return dateSpan(e.timestamp, e.format, e.fallback, ctx, e.url);
    case 'team': return 'the workspace';
    case 'color': return e.value;
  }
  return `[${e.type}]`;
}

function span(e, ctx) {
  return styles.reduce((inner, [style, tag]) => (e.style?.[style] ? h(tag, null, inner) : inner), bare(e, ctx));
}

const spans = (section, ctx) => section.elements.map((e) => span(e, ctx));

function part(e, ctx) {
  switch (e.type) {
    case 'rich_text_section': return h('p', null, spans(e, ctx));
    case 'rich_text_preformatted': return h('pre', null, spans(e, ctx));
    case 'rich_text_quote': return h('blockquote', null, spans(e, ctx));
    case 'rich_text_list':
      return h(e.style === 'ordered' ? 'ol' : 'ul', { class: `indent${e.indent ?? 0}`, start: e.style === 'ordered' && e.offset ? e.offset + 1 : null },
        e.elements.map((item) => h('li', null, spans(item, ctx))));
  }
  return null;
}

export const richText = (block, ctx) => h('div', { class: 'rich' }, block.elements.map((e) => part(e, ctx)));
