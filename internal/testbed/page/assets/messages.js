// A list of messages, the newest last.
import { h } from './dom.js';
import { blocks } from './blocks.js';
import { context } from './context.js';
import { clock } from './dates.js';
import { mrkdwn } from './mrkdwn.js';
import { mine, store } from './store.js';

// initials stand for a face.
export const initials = (real) => real.split(' ').map((part) => part[0]).slice(0, 2).join('');

const loose = new WeakSet(); // lists of messages that somebody has scrolled up in

function hold(event) {
  const list = event.currentTarget;
  if (list.scrollHeight - list.scrollTop - list.clientHeight < 60) loose.delete(list);
  else loose.add(list);
}

// toTheNewest keeps the newest message in sight, unless somebody is reading older ones.
export function toTheNewest(root) {
  for (const list of root.querySelectorAll('.messages')) {
    if (!loose.has(list)) list.scrollTop = list.scrollHeight;
  }
}

const drawn = new WeakMap(); // messages as they were drawn, while nothing about them changes

// follows says whether a message is drawn as the continuation of the one before it.
function follows(m, previous) {
  return Boolean(previous) && previous.from === m.from && !m.ephemeral && !previous.ephemeral && Number(m.ts) - Number(previous.ts) < 300;
}

function message(m, person, previous) {
  const busy = [...mine(person.key).busy].join();
  const before = drawn.get(m);
  const goesOn = follows(m, previous);
  const { world, state: { ahead } } = store; // today may have become yesterday
  if (before?.busy === busy && before.world === world && before.ahead === ahead && before.goesOn === goesOn) return before.node;
  const ctx = context(person, { room: m.room, ts: m.ts, edits: m.edits });
  const from = store.world.users[m.from] ?? { name: 'slackbot', real: 'Slackbot', bot: true };
  const node = h('li', { key: `${m.room} ${m.ts}`, class: `message${m.ephemeral ? ' ephemeral' : ''}${goesOn ? ' goes-on' : ''}` },
    h('span', { class: `face ${from.bot ? 'app' : from.key}`, 'aria-hidden': 'true' }, from.bot ? from.name[0] : initials(from.real)),
    h('div', { class: 'content' },
      m.ephemeral && h('p', { class: 'note' }, 'Only visible to you'),
      h('p', { class: 'from' },
        h('strong', null, from.name), from.bot && h('span', { class: 'badge' }, 'APP'),
        h('time', { datetime: new Date(Number(m.ts) * 1000).toISOString() }, clock(m.ts, person.zone))),
      m.blocks ? blocks(m.blocks, ctx) : h('p', { class: 'text' }, mrkdwn(m.text, ctx)),
      m.edits > 0 && h('p', { class: 'edited' }, '(edited)')));
  drawn.set(m, { node, busy, goesOn, world, ahead });
  return node;
}

export function messages(person, all, empty) {
  return h('div', { key: 'messages', class: 'messages', tabindex: '0', role: 'log', 'aria-live': 'off', 'aria-label': `Messages ${person.real} sees`, on: { scroll: hold } },
    all.length ? h('ol', { key: 'all' }, all.map((m, i) => message(m, person, all[i - 1]))) : h('div', { key: 'empty', class: 'empty' }, empty));
}

// nothing is what stands there before the first message.
export const nothing = {
  joe: (person) => [
    h('p', null, 'Ana has lost her phone and calls the helpdesk. You are Joe: ask for a code.'),
    h('p', null, h('button', {
      type: 'button', class: 'button', on: {
        click: () => {
          const input = document.querySelector(`#pane-${person.key} .composer input`);
          input.value = `${store.world.app.command} @ana 10m reusable lost her phone, INC-4711`;
          input.focus();
        },
      },
    }, 'Write the command for me')),
  ],
  maria: () => h('p', null, 'You are Ana’s manager. What Joe asks for her comes here.'),
  ana: () => h('p', null, 'It is your account. You hear of every code that is asked for it.'),
  sam: () => h('p', null, 'Alarms mention you. Every step stands in #audit.'),
  lena: () => h('p', null, 'You are asked when a manager does not answer, and for Noor, who has no manager.'),
};
