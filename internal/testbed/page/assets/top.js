// What stands above the panes: what this is, how olbot is, and what can be broken.
import { h } from './dom.js';
import { post } from './server.js';
import { store } from './store.js';

const troubles = [
  ['onelogin-down', 'OneLogin down', 'Nothing can connect to OneLogin'],
  ['onelogin-cut', 'Cut after the code', 'OneLogin makes the code, then the connection breaks: nobody reads the answer'],
  ['slack-throttled', 'Slack throttled', 'Slack answers every message with: too many, come back in 3 seconds'],
];

const words = {
  starting: 'olbot is starting', running: 'olbot is running', killed: 'olbot was killed', ended: 'olbot has ended',
};

function status() {
  const { olbot, how } = store.state;
  const word = store.online ? olbot : 'ended';
  return h('p', { class: `status ${word}`, role: 'status' }, h('i', { 'aria-hidden': 'true' }), store.online ? words[olbot] + (how ? `: ${how}` : '') : 'The demo has ended');
}

function trouble([key, name, about]) {
  const on = store.state.troubles.includes(key);
  return h('button', {
    key, type: 'button', class: 'switch', role: 'switch', 'aria-checked': on ? 'true' : 'false', title: about,
    on: { click: () => post(`troubles/${key}/${on ? 'off' : 'on'}`) },
  }, h('i', { 'aria-hidden': 'true' }), name);
}

const ideas = [
  ['The story', 'Joe asks, Maria presses Approve, Joe reads the code to Ana, Ana signs in with it.'],
  ['Without a command', 'Press ⚡, or send /tempotp alone: Joe gets a form.'],
  ['A slip of the pen', 'Type a validity that cannot be read, such as 10x.'],
  ['No for an answer', 'Maria denies, and says why.'],
  ['The owner objects', 'Ana presses “This wasn’t me”. Sam is alarmed, and lifts the block.'],
  ['Nobody there', 'Set Joe to away before Maria approves: the code waits for him.'],
  ['Nobody answers', 'Let Maria wait: she is reminded after a minute, and Lena is asked as well after two.'],
  ['In the middle of it', 'Kill olbot, press buttons and type, start it again.'],
  ['Not knowing', 'Switch on “Cut after the code”, then approve.'],
];

function shut(event) {
  event.currentTarget.removeAttribute('open');
}

const left = (event) => { if (!event.currentTarget.contains(event.relatedTarget)) shut(event); };

export function top() {
  const dead = ['killed', 'ended'].includes(store.state.olbot);
  return h('header', { key: 'top', class: 'top' },
    h('div', { class: 'brand' }, h('h1', null, 'olbot'), h('p', null, 'A real bot in a simulated Slack')),
    h('details', { class: 'ideas', on: { keydown: (event) => { if (event.key === 'Escape') shut(event); }, focusout: left } }, h('summary', null, 'Things to try'),
      h('dl', null, ideas.map(([name, what]) => [h('dt', null, name), h('dd', null, what)]))),
    h('div', { class: 'strip', role: 'group', 'aria-label': 'Break things' },
      h('span', { class: 'label', 'aria-hidden': 'true' }, 'Break things'),
      troubles.map(trouble),
      status(),
      h('button', {
        key: 'kill', type: 'button', class: dead ? 'button primary' : 'button danger', title: dead ? null : 'kill -9: no time to say goodbye',
        on: { click: () => post(`olbot/${dead ? 'start' : 'kill'}`) },
      }, dead ? 'Start olbot' : 'Kill olbot')));
}
