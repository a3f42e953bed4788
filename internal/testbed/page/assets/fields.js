// Fields of forms: input blocks with their labels, hints and complaints.
// https://docs.slack.dev/reference/block-kit/block-elements
import { h } from './dom.js';
import { plain } from './blocks.js';

// field draws an input block. view is the form, complaint what is wrong with the field.
export function field(block, view, complaint, ctx) {
  const e = block.element;
  const id = `${view.id}-${block.block_id}`;
  const state = view.state?.[block.block_id]?.[e.action_id] ?? {};
  const grouped = ['radio_buttons', 'checkboxes', 'multi_users_select', 'multi_static_select'].includes(e.type);
  const described = [block.hint && `${id}-hint`, complaint && `${id}-error`].filter(Boolean).join(' ') || null;
  const it = { id, block, e, state, ctx, described, wrong: complaint ? 'true' : null };
  const label = [plain(block.label), block.optional && h('span', { class: 'optional' }, ' (optional)')];
  return h(grouped ? 'fieldset' : 'div', {
    class: complaint ? 'field wrong' : 'field', 'data-block': block.block_id,
    'aria-describedby': grouped ? described : null,
  },
    grouped ? h('legend', null, label) : h('label', { for: id }, label),
    control(it),
    complaint && h('p', { class: 'complaint', id: `${id}-error` }, complaint),
    block.hint && h('p', { class: 'hint', id: `${id}-hint` }, plain(block.hint)));
}

function control(it) {
  const { e, state, ctx } = it;
  switch (e.type) {
    case 'static_select': return menu(it, e.options ?? e.option_groups ?? [], state.selected_option?.value);
    case 'users_select': return menu(it, people(ctx), state.selected_user);
    case 'channels_select': case 'conversations_select':
      return menu(it, rooms(ctx), state.selected_channel ?? state.selected_conversation);
    case 'radio_buttons': return choices(it, 'radio', e.options, [state.selected_option?.value]);
    case 'checkboxes': case 'multi_static_select':
      return choices(it, 'checkbox', e.options ?? e.option_groups.flatMap((g) => g.options), (state.selected_options ?? []).map((o) => o.value));
    case 'multi_users_select': return choices(it, 'checkbox', people(ctx), state.selected_users ?? []);
    case 'datepicker': return entry(it, 'date', state.selected_date);
    case 'timepicker': return entry(it, 'time', state.selected_time);
    case 'datetimepicker': return entry(it, 'datetime-local', moment(state.selected_date_time));
    case 'email_text_input': return entry(it, 'email', state.value);
    case 'url_text_input': return entry(it, 'url', state.value);
    case 'number_input': return entry(it, 'text', state.value, { inputmode: e.is_decimal_allowed ? 'decimal' : 'numeric' });
  }
  return entry(it, 'text', state.value);
}

const option = (value, label) => ({ value, text: { type: 'plain_text', text: label, emoji: false } });
const people = (ctx) => Object.entries(ctx.world.users).filter(([, u]) => !u.bot).sort(([, a], [, b]) => a.real.localeCompare(b.real)).map(([id, u]) => option(id, `${u.real} (@${u.name})`));
const rooms = (ctx) => Object.entries(ctx.world.rooms).map(([id, name]) => option(id, `#${name}`));
const moment = (seconds) => seconds && new Date(seconds * 1000 - new Date().getTimezoneOffset() * 60e3).toISOString().slice(0, 16);

function entry({ id, e, described, wrong }, type, value, more = {}) {
  return h(e.multiline ? 'textarea' : 'input', {
    id, type: e.multiline ? null : type, rows: e.multiline ? 3 : null, maxlength: e.max_length, placeholder: plain(e.placeholder) || null,
    'aria-describedby': described, 'aria-invalid': wrong, autocomplete: 'off', 'data-focus': e.focus_on_load || null, ...more,
    init: (el) => { el.value = value ?? ''; },
  });
}

function menu({ id, e, block, described, wrong }, options, chosen) {
  const one = (o) => h('option', { value: o.value }, plain(o.text));
  return h('select', {
    id, 'aria-describedby': described, 'aria-invalid': wrong, 'data-focus': e.focus_on_load || null, init: (el) => { el.value = chosen ?? ''; },
  },
    (!chosen || block.optional) && h('option', { value: '' }, plain(e.placeholder) || 'Choose'),
    options.map((o) => (o.options ? h('optgroup', { label: plain(o.label) }, o.options.map(one)) : one(o))));
}

function choices({ id, wrong }, type, options, chosen) {
  return options.map((o, i) => h('label', { class: 'choice' },
    h('input', { type, name: id, id: i ? `${id}-${i}` : id, value: o.value, 'aria-invalid': wrong, init: (el) => { el.checked = chosen.includes(o.value); } }),
    h('span', null, plain(o.text), o.description && h('span', { class: 'hint' }, plain(o.description)))));
}

// collect reads what was entered in a form: values by block_id.
export function collect(form) {
  const values = {};
  for (const field of form.querySelectorAll('[data-block]')) {
    const block = field.dataset.block;
    const controls = [...field.querySelectorAll('input, select, textarea')];
    if (/radio|checkbox/.test(controls[0]?.type)) values[block] = controls.filter((c) => c.checked).map((c) => c.value);
    else if (controls[0]?.type === 'datetime-local') values[block] = controls[0].value ? [String(Date.parse(controls[0].value) / 1000)] : [];
    else values[block] = controls[0]?.value ? [controls[0].value] : [];
  }
  return values;
}
