// One person's Slack: who it is, their messages with olbot, their Home tab, and what lies over it.
import { h } from './dom.js';
import { blocks } from './blocks.js';
import { composer } from './composer.js';
import { clock } from './dates.js';
import { form, question } from './dialogs.js';
import { mrkdwn } from './mrkdwn.js';
import { act, explain } from './server.js';
import { changed, mine, store } from './store.js';
import { text } from './blocks.js';
import { collect } from './fields.js';

const initials = (real) => real.split(' ').map((part) => part[0]).slice(0, 2).join('');

// context is what Block Kit needs to know of the reader. at says where a button stands.
function context(person, at) {
  const my = mine(person.key);
  const ctx = { world: store.world, me: person.id, zone: person.zone };
  const name = (b) => [at.room ?? at.view, at.ts, b.block, b.action_id].join(' ');
  const send = async (b) => {
    my.busy.add(name(b));
    my.failed = '';
    changed();
    const values = at.view && person.form?.id === at.view ? collect(document.querySelector(`#pane-${person.key} [role=dialog] form`)) : undefined;
    const { err } = await act(person.key, 'press', { ...at, block: b.block, action: b.action_id, values });
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
  if (before?.busy === busy && before.world === store.world && before.goesOn === goesOn) return before.node;
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
  drawn.set(m, { node, busy, goesOn, world: store.world });
  return node;
}

function messages(person, all, empty) {
  return h('div', { key: 'messages', class: 'messages', tabindex: '0', role: 'log', 'aria-live': 'off', 'aria-label': `Messages ${person.real} sees`, on: { scroll: hold } },
    all.length ? h('ol', { key: 'all' }, all.map((m, i) => message(m, person, all[i - 1]))) : h('div', { key: 'empty', class: 'empty' }, empty));
}

const nothing = {
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

function home(person) {
  const view = person.home;
  return h('div', { key: 'home', class: 'home', tabindex: '0', role: 'region', 'aria-label': `Home tab of ${person.real}` },
    view ? blocks(view.blocks, context(person, { view: view.id })) : h('p', { class: 'empty' }, 'olbot has not painted anything here yet.'));
}

const verdicts = {
  '': 'OneLogin lets Ana in.', wrong: 'OneLogin does not know this code.', expired: 'The code has expired.',
  replaced: 'A newer code took this one’s place.', used: 'The code was single use, and was used.', unreachable: explain('unreachable'),
};

function signIn(person) {
  const my = mine(person.key);
  const submit = async (event) => {
    event.preventDefault();
    const { err } = await act(person.key, 'signin', { text: event.currentTarget.elements.code.value });
    my.signedIn = err ?? '';
    changed();
  };
  return h('form', { key: 'signin', class: 'home signin', on: { submit } },
    h('p', null, 'OneLogin asks Ana for the code of her second factor. Joe reads it out to her over the phone.'),
    h('label', { for: 'code' }, 'Code'),
    h('input', { id: 'code', name: 'code', type: 'text', inputmode: 'numeric', autocomplete: 'off' }),
    h('button', { type: 'submit', class: 'button primary' }, 'Sign in'),
    my.signedIn !== null && h('p', { role: 'status', class: my.signedIn ? 'verdict bad' : 'verdict good' }, verdicts[my.signedIn]));
}

function tabs(person, has, others) {
  const my = mine(person.key);
  const names = [['messages', 'Messages'], has.home && ['home', 'Home'], has.channel && ['channel', '#audit'], has.signin && ['signin', 'OneLogin sign-in']].filter(Boolean);
  const open = (tab) => {
    my.tab = tab;
    if (tab === 'home' || tab === 'messages') act(person.key, tab);
    changed();
  };
  const keys = (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    const i = (names.findIndex(([tab]) => tab === my.tab) + move + names.length) % names.length;
    open(names[i][0]);
    event.currentTarget.children[i].focus();
  };
  const list = h('div', { key: 'tabs', class: 'tabs', role: 'tablist', 'aria-label': `What ${person.real} looks at`, on: { keydown: keys } },
    names.map(([tab, name]) => h('button', {
      key: tab, type: 'button', role: 'tab', id: `tab-${person.key}-${tab}`, 'aria-selected': my.tab === tab ? 'true' : 'false',
      'aria-controls': `panel-${person.key}`, tabindex: my.tab === tab ? '0' : '-1', on: { click: () => open(tab) },
    }, name)));
  return h('div', { key: 'row', class: 'row' }, list, others);
}

function head(person) {
  return h('header', { key: 'head', class: 'who' },
    h('span', { class: `face ${person.key}`, 'aria-hidden': 'true' }, initials(person.real), h('i', { class: person.away ? 'away' : 'here' })),
    h('div', { class: 'name' },
      h('h2', { id: `name-${person.key}` }, person.real),
      h('p', null, person.part, person.zone && `. It is ${clock(Date.now() / 1000, person.zone)} in ${person.zone.split('/').pop().replace('_', ' ')}`)),
    h('button', {
      key: 'presence', type: 'button', class: 'small', role: 'switch', 'aria-checked': person.away ? 'true' : 'false', 'aria-label': `${person.real} is away`,
      title: 'Away: does not see messages that vanish', on: { click: () => act(person.key, 'presence', { away: !person.away }) },
    }, person.away ? 'Away' : 'Active'),
    h('button', {
      key: 'reload', type: 'button', class: 'small', 'aria-label': `Reload the Slack of ${person.real}`, title: 'Reload Slack: messages only visible to you are gone',
      on: { click: () => act(person.key, 'reload') },
    }, '↻'));
}

function toast(person) {
  const note = mine(person.key).toast;
  return note && h('div', { key: `toast ${note.number}`, class: 'toast', 'aria-hidden': 'true' },
    h('strong', null, `Notification for ${person.real.split(' ')[0]}`), h('span', null, note.text));
}

// pane draws a person's Slack. others switches to somebody else, if there is a switch.
export function pane(person, others) {
  const my = mine(person.key);
  const has = { home: store.world.app.home, channel: person.key === 'sam', signin: person.key === 'ana' };
  const over = [form(person, context(person, { view: person.form?.id })), question(person)];
  const body = {
    home, signin: signIn,
    messages: () => messages(person, person.messages, nothing[person.key](person)),
    channel: () => messages(person, person.channel ?? [], h('p', null, 'Every step is told here. Nothing has happened yet.')),
  };
  return h('section', { key: person.key, id: `pane-${person.key}`, class: `pane ${person.key}`, 'aria-labelledby': `name-${person.key}` },
    h('div', { key: 'under', class: 'under', inert: over.some(Boolean) },
      head(person), tabs(person, has, others),
      h('div', { key: `panel ${my.tab}`, class: 'panel', role: 'tabpanel', id: `panel-${person.key}`, 'aria-labelledby': `tab-${person.key}-${my.tab}` }, body[my.tab](person)),
      composer(person)),
    toast(person), over);
}
