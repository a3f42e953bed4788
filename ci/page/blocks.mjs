// Block Kit as the page draws it: every kind there is, and every shape that olbot's own tests keep.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { barrierFree } from './browser.mjs';

const shapes = new URL('../../bot/view/testdata/shapes/', import.meta.url);

const plain = (text) => ({ type: 'plain_text', text });
const mrkdwn = (text) => ({ type: 'mrkdwn', text });
const options = ['One', 'Two'].map((text) => ({ text: plain(text), value: text }));
const button = (action_id, more) => ({ type: 'button', action_id, text: plain(action_id), ...more });
const rich = (...elements) => ({ type: 'rich_text', elements });
const section = (...elements) => ({ type: 'rich_text_section', elements });
const text = (t, style) => ({ type: 'text', text: t, style });

const input = (label, element, more) => ({ type: 'input', label: plain(label), element: { action_id: 'a', ...element }, ...more });

const fields = [
  input('Text', { type: 'plain_text_input', placeholder: plain('Say something') }, { hint: plain('One line'), optional: true }),
  input('Wrong', { type: 'plain_text_input', multiline: true }, { block_id: 'wrong' }),
  input('E-mail', { type: 'email_text_input' }), input('Address', { type: 'url_text_input' }),
  input('Number', { type: 'number_input', is_decimal_allowed: false }),
  input('Who', { type: 'users_select' }), input('Where', { type: 'conversations_select' }),
  input('One of them', { type: 'static_select', option_groups: [{ label: plain('Group'), options }] }),
  input('Radio', { type: 'radio_buttons', options }), input('Boxes', { type: 'checkboxes', options }),
  input('Several people', { type: 'multi_users_select' }), input('Several', { type: 'multi_static_select', options }),
  input('Date', { type: 'datepicker' }), input('Time', { type: 'timepicker' }), input('Both', { type: 'datetimepicker' }),
];

const everything = [
  { type: 'header', text: plain('A header :key:') },
  { type: 'section', text: mrkdwn('*bold* _italic_ ~gone~ `code` <@U1> <#C1> <!subteam^S1> <!here> <https://example.com/|a link> &lt;b&gt;\n> quoted\nsnake_case_stays 2*3*4 :lock:') },
  { type: 'section', fields: [mrkdwn('*When*\n<!date^1790000000^{date_num} {time}|then>'), plain('plain *stars*')], accessory: button('accessory') },
  { type: 'section', text: plain('with a menu'), accessory: { type: 'static_select', action_id: 'menu', placeholder: plain('Choose one'), options } },
  { type: 'context', elements: [mrkdwn('in *context*'), { type: 'image', alt_text: 'a small picture', image_url: 'https://example.com/a.png' }] },
  { type: 'divider' },
  { type: 'actions', elements: [button('Yes', { style: 'primary' }), button('No', { style: 'danger', accessibility_label: 'No, really not' }), { type: 'overflow', action_id: 'more', options }, { type: 'checkboxes', action_id: 'boxes', options }] },
  { type: 'image', title: plain('A picture'), alt_text: 'a large picture', image_url: 'https://example.com/b.png' },
  rich(
    section(text('bold', { bold: true }), text(' <b>literal</b> *stars* :key: '), { type: 'user', user_id: 'U2' }, { type: 'emoji', name: 'x', unicode: '1f511' }, { type: 'link', url: 'https://example.com/', text: 'link' },
      { type: 'date', timestamp: 1790000000, format: '{date_short_pretty} at {time_secs}', fallback: 'then' }, { type: 'usergroup', usergroup_id: 'S1' }, { type: 'channel', channel_id: 'C1' }, { type: 'broadcast', range: 'channel' },
      text('all', { bold: true, italic: true, strike: true, code: true }), { type: 'link', url: 'javascript:alert(1)', text: 'no link' }),
    { type: 'rich_text_list', style: 'bullet', elements: [section(text('first')), section(text('second'))] },
    { type: 'rich_text_list', style: 'ordered', indent: 1, offset: 2, elements: [section(text('third'))] },
    { type: 'rich_text_quote', elements: [text('a quote')] },
    { type: 'rich_text_preformatted', elements: [text('1234\u20035678')] },
  ),
  { type: 'markdown', text: '# Title\n**bold** and [a link](https://example.com/)\n- item\n```\ncode\n```' },
  { type: 'table', rows: [[{ type: 'raw_text', text: 'Name' }, { type: 'raw_text', text: 'Number' }], [{ type: 'raw_text', text: 'one' }, rich(section(text('1')))]], column_settings: [{}, { align: 'right' }] },
  ...fields,
].map((b, i) => ({ block_id: `b${i}`, ...b }));

const world = {
  app: { command: '/tempotp', shortcuts: [] },
  users: { U1: { name: 'ana', real: 'Ana Lima' }, U2: { name: 'joe', real: 'Joe Field' } }, rooms: { C1: 'audit' }, groups: { S1: 'helpdesk' },
};

// draw draws blocks alone on the page and returns what can be read of them.
async function draw(page, list, zone = 'UTC') {
  return page.evaluate(async ({ list, world, zone }) => {
    const { blocks } = await import('/blocks.js');
    const { h, patch } = await import('/dom.js');
    const { field } = await import('/fields.js');
    const ctx = { world, me: 'U1', zone, press: () => {} };
    ctx.field = (b) => field(b, { id: 'V1', state: {} }, b.block_id === 'wrong' ? 'Not this.' : '', ctx);
    patch(document.getElementById('page'), [h('main', { class: 'pane joe' }, h('h1', null, 'Blocks'), h('h2', null, 'All of them'), blocks(list, ctx))]);
    return document.getElementById('page').innerText;
  }, { list, world, zone });
}

// drawsEverything shows every kind of block, and what must not become anything but text.
export async function drawsEverything(page) {
  const shown = await draw(page, everything);
  for (const part of [
    'A header 🔑', 'bold italic gone code @ana #audit @helpdesk @here a link <b>', 'quoted', 'snake_case_stays 2*3*4 🔒', '2026-09-21', 'plain *stars*', 'Choose one',
    'Image: a small picture', '<b>literal</b> *stars* :key: @joe', '🔑', '@channel', 'first', 'third', 'a quote', '1234\u20035678', 'Title', 'Number', 'One line', 'Not this.', 'Several people',
  ]) assert.ok(shown.includes(part), `what is drawn has no ${JSON.stringify(part)}:\n${shown}`);
  assert.doesNotMatch(shown, /\[\w+\]/, 'a kind of block is not known');
  assert.equal(await page.locator('a', { hasText: 'no link' }).count(), 0, 'a link that is a script');
  assert.equal(await page.locator('.mention.mine').first().innerText(), '@ana', 'the reader is marked');
  for (const { label } of fields) assert.ok(await page.getByLabel(label.text).count() || await page.getByRole('group', { name: label.text }).count(), `no field ${label.text}`);
  await barrierFree(page, 'all kinds of blocks');
}

// keepsWhatIsAboutToBePressed repaints a message, for which Slack gives its blocks new ids: a button must stay the same element, or
// a click that has begun would be lost.
export async function keepsWhatIsAboutToBePressed(page) {
  const card = (id) => [{ type: 'header', block_id: `${id}1`, text: plain('Card') }, { type: 'actions', block_id: `${id}2`, elements: [button('Approve'), button('Deny')] }];
  await draw(page, card('a'));
  const approve = await page.getByRole('button', { name: 'Approve' }).elementHandle();
  await draw(page, [{ type: 'section', block_id: 'b0', text: plain('Something new') }, ...card('b')]);
  assert.ok(await approve.evaluate((el) => el.isConnected), 'the button was replaced');
}

// writesDatesForTheReader holds that a time is written in the zone of whoever reads it.
export async function writesDatesForTheReader(page) {
  const at = (format) => [{ type: 'section', block_id: 'b', text: mrkdwn(`<!date^1790000000^${format}|then>`) }];
  for (const [format, zone, want] of [
    ['{date_num} {time}', 'UTC', '2026-09-21 14:13'], ['{time}', 'America/New_York', '10:13'], ['{time}', 'Asia/Kolkata', '19:43'],
    ['{date_long}', 'UTC', 'Monday, September 21st, 2026'], ['{date_short}', 'Pacific/Auckland', 'Sep 22, 2026'], ['{nonsense}', 'UTC', 'then'],
  ]) assert.match(await draw(page, at(format), zone), new RegExp(`${want}\\s*$`), `${format} in ${zone}`);
  const soon = Math.floor(Date.now() / 1000);
  const pretty = [{ type: 'section', block_id: 'b', text: mrkdwn(`<!date^${soon}^{date_pretty}|then>`) }];
  assert.match(await draw(page, pretty), /(today|yesterday)\s*$/);
}

// drawsEveryShape draws the shapes that olbot's tests keep: in them is every kind of block and element that olbot uses, which a test
// of theirs holds.
export async function drawsEveryShape(page) {
  const names = readdirSync(shapes);
  assert.ok(names.length >= 10, `${names.length} shapes in ${shapes}`);
  for (const name of names) {
    const { blocks } = JSON.parse(readFileSync(new URL(name, shapes), 'utf8'));
    assert.doesNotMatch(await draw(page, blocks.map((b, i) => ({ block_id: `b${i}`, ...b }))), /\[\w+\]/, `${name}: a kind of block is not known`);
  }
}
