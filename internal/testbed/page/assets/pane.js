// One person's Slack: who it is, their messages with olbot, their Home tab, and what lies over it.
import { h } from './dom.js';
import { blocks } from './blocks.js';
import { composer } from './composer.js';
import { context } from './context.js';
import { clock } from './dates.js';
import { form, question } from './dialogs.js';
import { initials, messages, nothing } from './messages.js';
import { act, explain } from './server.js';
import { changed, mine, now, store } from './store.js';

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

// lookAt is somebody opening a tab.
export function lookAt(key, tab) {
  mine(key).tab = tab;
  if (tab === 'home' || tab === 'messages') act(key, tab);
  changed();
}

function tabs(person, has, others) {
  const my = mine(person.key);
  const names = [['messages', 'Messages'], has.home && ['home', 'Home'], has.channel && ['channel', '#audit'], has.signin && ['signin', 'OneLogin sign-in']].filter(Boolean);
  const open = (tab) => lookAt(person.key, tab);
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
      h('p', null, person.part, person.zone && `. It is ${clock(now() / 1000, person.zone)} in ${person.zone.split('/').pop().replace('_', ' ')}`)),
    h('button', {
      key: 'presence', type: 'button', class: 'small', role: 'switch', 'aria-checked': person.away ? 'true' : 'false', 'aria-label': `${person.real} is away`,
      title: 'Away: does not see messages that vanish', on: { click: () => act(person.key, 'presence', { away: !person.away }) },
    }, person.away ? 'Away' : 'Active'),
    h('button', {
      key: 'reload', type: 'button', class: 'small', 'aria-label': `Reload the Slack of ${person.real}`, title: 'Reload Slack: messages only visible to you are gone',
      on: { click: () => { mine(person.key).confirm = null; act(person.key, 'reload'); } },
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
