// What lies over a pane: forms, and the question before a press counts. Each keeps the keyboard until it is answered.
import { h } from './dom.js';
import { blocks, plain } from './blocks.js';
import { collect, field } from './fields.js';
import { act, explain } from './server.js';
import { changed, mine } from './store.js';

// dialog frames what lies over a pane. The keyboard stays in it, Esc is leave(); submit makes it a form.
function dialog({ key, title, leave, submit }, ...inside) {
  const id = `${key}-title`;
  return h('div', { key, class: 'veil' }, h('section', {
    class: 'dialog', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': id, tabindex: '-1', on: { keydown: (event) => keys(event, leave) },
  },
    h('header', null, h('h2', { id }, title), h('button', { type: 'button', class: 'x', 'aria-label': 'Close', on: { click: leave } }, '×')),
    submit ? h('form', { novalidate: true, on: { submit } }, inside) : inside));
}

const usable = 'button, input, select, textarea, a[href], [tabindex="0"]';

function keys(event, leave) {
  if (event.key === 'Escape') {
    event.preventDefault();
    leave();
    return;
  }
  if (event.key !== 'Tab') return;
  const stops = [...event.currentTarget.querySelectorAll(usable)].filter((el) => el.offsetParent !== null && !el.disabled);
  const first = stops[0];
  const last = stops[stops.length - 1];
  const at = document.activeElement;
  if (event.shiftKey && (at === first || at === event.currentTarget)) {
    event.preventDefault();
    last?.focus();
  } else if (!event.shiftKey && at === last) {
    event.preventDefault();
    first?.focus();
  }
}

// question asks before a press counts.
export function question(person) {
  const my = mine(person.key);
  const ask = my.confirm;
  if (!ask) return null;
  const answer = (yes) => {
    my.confirm = null;
    changed();
    if (yes) ask.then();
  };
  const c = ask.dialog;
  return dialog({ key: `confirm-${person.key}`, title: plain(c.title), leave: () => answer(false) },
    h('div', { class: 'body' }, h('p', null, ask.text)),
    h('footer', null,
      h('button', { type: 'button', class: 'button', on: { click: () => answer(false) } }, plain(c.deny)),
      h('button', { type: 'button', class: `button ${c.style ?? 'primary'}`, on: { click: () => answer(true) } }, plain(c.confirm))));
}

// form draws the form that lies on top.
export function form(person, ctx) {
  const view = person.form;
  const my = mine(person.key);
  if (!view) return null;
  const complaints = my.complaints?.view === view.id ? my.complaints : { fields: {}, trouble: '' };
  const about = (block) => complaints.fields[plain(block.label)] ?? view.errors[block.block_id];
  const leave = () => act(person.key, 'close', { view: view.id });
  const submit = async (event) => {
    event.preventDefault();
    if (my.submitting) return;
    const el = event.currentTarget;
    my.submitting = true;
    changed();
    const { err, fields } = await act(person.key, 'submit', { view: view.id, values: collect(el) });
    my.submitting = false;
    const trouble = err && err !== 'field_needed' && err !== 'message_not_found' ? `${explain(err)} Try again.` : '';
    my.complaints = { view: view.id, fields: fields ?? {}, trouble };
    changed();
    if (fields) setTimeout(() => showFault(el)); // after it is drawn
  };
  const inside = { ...ctx, field: (block) => field(block, view, about(block), ctx) };
  return dialog({ key: `form-${view.id}`, title: view.title, leave, submit },
    h('div', { class: 'body', tabindex: '0', role: 'group', 'aria-label': view.title },
      complaints.trouble && h('p', { class: 'trouble', role: 'alert' }, complaints.trouble),
      blocks(view.blocks, inside)),
    h('footer', null,
      h('button', { type: 'button', class: 'button', on: { click: leave } }, view.close || 'Cancel'),
      view.submit && h('button', { type: 'submit', class: 'button primary', 'aria-busy': my.submitting ? 'true' : null }, view.submit)));
}

function showFault(form) {
  const wrong = form.querySelector('.field.wrong');
  wrong?.querySelector('[aria-invalid]').focus();
  wrong?.scrollIntoView({ block: 'nearest' });
}

const opened = new Map(); // by pane: the dialog on top, and what had the focus before the first

// mindFocus moves the focus into a dialog that has come up in the pane where it was, and back when all are gone.
export function mindFocus(pane) {
  const all = pane.querySelectorAll('[role="dialog"]');
  const top = all[all.length - 1] ?? null;
  const before = opened.get(pane) ?? { top: null, origin: null };
  if (top === before.top) return;
  const at = document.activeElement;
  const here = pane.contains(at) || at === document.body;
  if (top) {
    opened.set(pane, { top, origin: before.top ? before.origin : at });
    if (here) (top.querySelector('[data-focus]') ?? top.querySelector('.body :is(input, select, textarea), footer button') ?? top).focus();
    return;
  }
  opened.delete(pane);
  if (here || at === null) (before.origin?.isConnected && before.origin !== document.body ? before.origin : pane.querySelector('.composer input'))?.focus();
}
