// Block Kit as Slack draws it. ctx says who reads it and what can be done:
//   world, me, zone   names, the reader's user id and time zone
//   now               when it is read; without it now
//   press(button)     presses a button; busy(button) says whether that is under way
//   field(block)      draws the field of an input block; without it fields can be seen and not used
// https://docs.slack.dev/reference/block-kit/blocks
import { h } from './dom.js';
import { emojify } from './emoji.js';
import { mrkdwn, unescape } from './mrkdwn.js';
import { richText } from './richtext.js';
import { markdown } from './markdown.js';

// plain is the text of a text object without any formatting.
export function plain(text) {
  if (!text) return '';
  return unescape(text.emoji === false ? text.text : emojify(text.text));
}

// text draws a text object.
export function text(o, ctx) {
  if (!o) return null;
  return o.type === 'mrkdwn' ? mrkdwn(o.text, ctx) : plain(o);
}

export function button(e, block, ctx) {
  const it = { ...e, block: block.block_id };
  const busy = ctx.busy?.(it) ?? false;
  return h('button', {
    key: `button ${e.action_id} ${e.value ?? ''}`, // never the button of something else
    type: 'button', class: `button ${e.style ?? ''}`, 'aria-label': e.accessibility_label,
    'aria-disabled': busy || !ctx.press ? 'true' : null, 'aria-busy': busy ? 'true' : null,
    on: { click: () => { if (!busy) ctx.press?.(it); } },
  }, plain(e.text));
}

// image is a picture's description: the page loads nothing from outside.
const image = (e, title) => h('figure', { class: 'image' }, title && h('figcaption', null, title), h('span', null, `Image: ${e.alt_text}`));

// idle is an element that Slack would let people use here, and that this page only shows.
function idle(e) {
  const labels = { overflow: '…', checkboxes: null, radio_buttons: null };
  if (e.options && labels[e.type] === null) {
    return h('ul', { class: 'idle options' }, e.options.map((o) => h('li', null, plain(o.text))));
  }
  return h('span', { class: 'idle' }, labels[e.type] ?? (plain(e.placeholder) || e.type));
}

export function element(e, block, ctx) {
  switch (e.type) {
    case 'button': return button(e, block, ctx);
    case 'image': return image(e);
    case 'mrkdwn': case 'plain_text': return h('span', null, text(e, ctx));
  }
  return idle(e);
}

function table(block, ctx) {
  const align = (i) => block.column_settings?.[i]?.align ?? 'left';
  const cell = (c) => (c.type === 'rich_text' ? richText(c, ctx) : c.text);
  return h('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Table' }, h('table', null, block.rows.map((row, r) =>
    h('tr', null, row.map((c, i) => h(r ? 'td' : 'th', { class: align(i), scope: r ? null : 'col' }, cell(c)))))));
}

function section(b, ctx) {
  return [
    h('div', { class: 'main' },
      b.text && h('p', null, text(b.text, ctx)),
      b.fields && h('div', { class: 'fields' }, b.fields.map((f) => h('p', null, text(f, ctx))))),
    b.accessory && h('div', { class: 'accessory' }, element(b.accessory, b, ctx)),
  ];
}

const kinds = {
  section,
  header: (b) => h('h3', null, plain(b.text)),
  divider: () => h('hr'),
  context: (b, ctx) => b.elements.map((e) => element(e, b, ctx)),
  actions: (b, ctx) => b.elements.map((e) => element(e, b, ctx)),
  rich_text: richText,
  image: (b) => image(b, plain(b.title)),
  markdown: (b, ctx) => markdown(b.text, ctx),
  table,
  input: (b, ctx) => (ctx.field ? ctx.field(b) : [h('span', { class: 'label' }, plain(b.label)), idle(b.element)]),
};

// blocks draws a list of blocks. Slack gives blocks new ids whenever a message is repainted; what somebody is about to
// press must stay where it is then, so only fields, whose ids are the app's, go by them.
export function blocks(list, ctx) {
  const count = {};
  return list.map((b) => {
    count[b.type] = (count[b.type] ?? 0) + 1;
    const key = b.type === 'input' ? b.block_id : `${b.type} ${count[b.type]}`;
    return h('div', { key, class: `block ${b.type}` }, kinds[b.type]?.(b, ctx) ?? `[${b.type}]`);
  });
}
