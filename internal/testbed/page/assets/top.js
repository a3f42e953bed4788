// What stands above the panes: what this is, what to try, how olbot is, what time it is, and what can be broken.
import { formatDate } from './dates.js';
import { h } from './dom.js';
import { list } from './ideas.js';
import { post } from './server.js';
import { now, store } from './store.js';

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

const steps = [['minutes', '5 minutes'], ['hour', '1 hour'], ['day', '1 day'], ['week', '7 days']];

// time is what time it is for everybody, in the browser's zone.
export const time = () => formatDate(now() / 1000, '{date_short} {time}', '', '');

// clockwork shows the time, and puts it forward.
function clockwork() {
  return h('div', { class: 'strip', role: 'group', 'aria-label': 'Put time forward' },
    h('time', { datetime: new Date(now()).toISOString() }, time()),
    h('span', { class: 'label', 'aria-hidden': 'true' }, 'Put time forward'),
    h('div', { class: 'joined' }, steps.map(([step, name]) => h('button', { key: step, type: 'button', class: 'small', on: { click: () => post(`clock/${step}`) } }, name))));
}

export function top() {
  const dead = ['killed', 'ended'].includes(store.state.olbot);
  return h('header', { key: 'top', class: 'top' },
    h('div', { class: 'brand' }, h('h1', null, 'olbot'), h('p', null, 'A real bot in a simulated Slack')),
    list(), status(),
    h('div', { class: 'controls' },
      clockwork(),
      h('div', { class: 'strip', role: 'group', 'aria-label': 'Break things' },
        h('span', { class: 'label', 'aria-hidden': 'true' }, 'Break things'),
        troubles.map(trouble),
        h('button', {
          key: 'kill', type: 'button', class: dead ? 'button primary' : 'button danger', title: dead ? null : 'kill -9: no time to say goodbye',
          on: { click: () => post(`olbot/${dead ? 'start' : 'kill'}`) },
        }, dead ? 'Start olbot' : 'Kill olbot'))));
}
