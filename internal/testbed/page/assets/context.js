// What Block Kit needs to know of whoever reads it, and what a press does.
import { text } from './blocks.js';
import { collect } from './fields.js';
import { act, explain } from './server.js';
import { changed, mine, now, store } from './store.js';

// context is what Block Kit needs to know of the reader. at says where a button stands.
export function context(person, at) {
  const my = mine(person.key);
  const ctx = { world: store.world, me: person.id, zone: person.zone, now: new Date(now()) };
  const name = (b) => [at.room ?? at.view, at.ts, b.action_id, b.value].join(' ');
  const send = async (b) => {
    my.busy.add(name(b));
    my.failed = '';
    changed();
    const values = at.view && person.form?.id === at.view ? collect(document.querySelector(`#pane-${person.key} [role=dialog] form`)) : undefined;
    const { err } = await act(person.key, 'press', { ...at, block: b.block, action: b.action_id, value: b.value, values });
    my.busy.delete(name(b));
    my.failed = err ? explain(err) : '';
    changed();
  };
  ctx.busy = (b) => my.busy.has(name(b));
  ctx.press = (b) => {
    if (!b.confirm) return send(b);
    my.confirm = { dialog: b.confirm, text: text(b.confirm.text, ctx), then: () => send(b) };
    return changed();
  };
  return ctx;
}
