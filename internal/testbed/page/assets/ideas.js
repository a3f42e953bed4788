// Things to try: the list, and the one that was chosen, which stays in sight while it is tried.
import { h } from './dom.js';
import { lookAt } from './pane.js';
import { post } from './server.js';
import { changed, mine, store } from './store.js';

// who is somebody in an idea: their name leads to their pane, and to what they look at there.
const who = (key, tab) => ({ key, tab });
const joe = who('joe');
const maria = who('maria', 'messages');
const ana = who('ana', 'messages');
const sam = who('sam', 'messages');
const samAtHome = who('sam', 'home');
const lena = who('lena', 'messages');

// later is some time in an idea: it puts time forward.
const later = (step, name) => ({ step, name });
const minutes = later('minutes', '5 minutes');
const day = later('day', '1 day');
const week = later('week', '7 days');

const ideas = [
  ['The story', joe, ' asks, ', maria, ' presses “Approve”, Joe reads the code to Ana, and ', who('ana', 'signin'), ' signs in with it.'],
  ['No command', joe, ' presses ⚡, or sends /tempotp alone, and gets a form.'],
  ['A typing error', joe, ' types a duration that olbot cannot read, such as 10x.'],
  ['A denial', joe, ' asks, ', maria, ' presses “Deny” and says why.'],
  ['This wasn’t me', joe, ' asks, ', ana, ' presses “This wasn’t me”: ', sam, ' gets an alarm, and presses “Lift block”.'],
  ['A late objection', joe, ' gets a code. ', day, ' later, ', ana, ' can still press “This wasn’t me”; ', week, ' later, she cannot.'],
  ['Stop', joe, ' asks, ', maria, ' presses “Approve”, then “Stop”, and ticks “Block it too”: ', sam, ' gets an alarm.'],
  ['A blocked account', samAtHome, ' presses “Block an account” at Home, and chooses Ana: ', joe, ' cannot ask for her until Sam presses “Lift block”.'],
  ['Everything paused', samAtHome, ' presses “Pause all codes” at Home: ', joe, ' cannot ask until Sam presses “Resume”.'],
  ['Nobody there', joe, ' asks, and is “Away” ', minutes, ' later when ', maria, ' presses “Approve”: the code waits for him.'],
  ['Nobody answers', minutes, ' after Joe asked, ', maria, ' is reminded. After 10, ', lena, ' is asked too. After 15, the request expires.'],
  ['In the middle of it', 'Kill olbot, press buttons and type, and start it again.'],
  ['Not knowing', joe, ' asks. Switch on “Cut after the code”, then ', maria, ' presses “Approve”.'],
];

const nameOf = (part) => (part.key ? store.people[part.key].real.split(' ')[0] : part.name ?? part);

// goTo leads to somebody's pane, with the keyboard.
function goTo({ key, tab }) {
  if (key === store.fourth || ['sam', 'lena'].includes(key)) {
    store.fourth = key;
    mine(key).unread = false;
  }
  lookAt(key, tab ?? mine(key).tab);
  setTimeout(() => { // once it is drawn
    const pane = document.getElementById(`pane-${key}`);
    pane.scrollIntoView({ block: 'nearest' });
    pane.querySelector(tab ? '.messages, .home' : '.composer input').focus({ preventScroll: true });
  });
}

const shut = (details) => details.removeAttribute('open');
const left = (event) => { if (!event.currentTarget.contains(event.relatedTarget)) shut(event.currentTarget); };

// list is the menu of all ideas.
export function list() {
  const choose = (event, i) => {
    store.idea = i;
    shut(event.currentTarget.closest('details'));
    changed();
    setTimeout(() => document.querySelector('.idea button')?.focus());
  };
  return h('details', { class: 'ideas', on: { keydown: (event) => { if (event.key === 'Escape') shut(event.currentTarget); }, focusout: left } },
    h('summary', null, 'Things to try'),
    h('ul', null, ideas.map(([name, ...parts], i) => h('li', null, h('button', { type: 'button', on: { click: (event) => choose(event, i) } },
      h('strong', null, name), h('span', null, parts.map(nameOf)))))));
}

function pressable(part) {
  if (part.key) return h('button', { type: 'button', class: `goto ${part.key}`, on: { click: () => goTo(part) } }, nameOf(part));
  if (!part.step) return part;
  return h('button', { type: 'button', class: 'goto later', 'aria-label': `Put time forward by ${part.name}`, on: { click: () => post(`clock/${part.step}`) } }, part.name);
}

// chosen is the idea that was chosen last, or nothing.
export function chosen() {
  if (store.idea === null) return [];
  const [name, ...parts] = ideas[store.idea];
  return [h('section', { key: `idea ${store.idea}`, class: 'idea', 'aria-label': 'What you are trying' },
    h('p', null, h('strong', null, name), ' ', parts.map(pressable)),
    h('button', { type: 'button', class: 'x', 'aria-label': 'Close', on: { click: () => { store.idea = null; changed(); } } }, '×'))];
}
