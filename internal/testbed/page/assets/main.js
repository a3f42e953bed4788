// The page: four panes side by side, kept as the server says.
import { h, patch } from './dom.js';
import { mindFocus } from './dialogs.js';
import { chosen } from './ideas.js';
import { toTheNewest } from './messages.js';
import { pane } from './pane.js';
import { listen } from './server.js';
import { changed, mine, onChange, store } from './store.js';
import { time, top } from './top.js';

const toastTime = 6000; // ms on the screen

const root = document.getElementById('page');
const announcer = document.getElementById('announcer');

function others() {
  return h('div', { key: 'others', class: 'joined others', role: 'group', 'aria-label': 'Whose Slack this is' }, ['sam', 'lena'].map((key) => h('button', {
    key, type: 'button', class: 'small', 'aria-pressed': store.fourth === key ? 'true' : 'false', 'data-unread': mine(key).unread,
    on: { click: () => { store.fourth = key; mine(key).unread = false; changed(); } },
  }, store.people[key].real.split(' ')[0], mine(key).unread && h('span', { class: 'unseen' }, ', something new'))));
}

// While a mouse button is down nothing moves, or the click would land beside what was meant. Not for long: some controls
// do not tell when it goes up.
const holdTime = 1000; // ms
let heldAt = -holdTime;

window.addEventListener('pointerdown', () => { heldAt = performance.now(); }, true);
for (const type of ['pointerup', 'pointercancel']) {
  window.addEventListener(type, () => {
    heldAt = -holdTime;
    setTimeout(changed); // after the click
  }, true);
}

function render() {
  if (!store.world || !store.people.lena) return;
  if (performance.now() - heldAt < holdTime) {
    setTimeout(changed, holdTime);
    return;
  }
  const before = document.activeElement?.closest('.pane');
  patch(root, [
    top(), ...chosen(),
    h('main', { key: 'panes', class: 'panes' }, ['joe', 'maria', 'ana', store.fourth].map((key) =>
      pane(store.people[key], key === store.fourth ? others() : null))),
  ]);
  toTheNewest(root);
  for (const el of root.querySelectorAll('.pane')) mindFocus(el);
  // What had the focus may be gone, as a button is that was pressed: the keyboard stays where it was.
  if (document.activeElement === document.body) before?.querySelector('.messages, .home')?.focus({ preventScroll: true });
}

let ahead = 0; // how far time was put forward when it was read out last

// news turns new notifications into toasts, and has them read out, and the time when it was put forward.
function news() {
  if (store.state.ahead > ahead) announcer.textContent = `It is ${time()}`;
  ahead = store.state.ahead;
  for (const person of Object.values(store.people)) {
    const my = mine(person.key);
    const last = person.notes.at(-1)?.number ?? 0;
    const fresh = my.noted < 0 ? [] : person.notes.filter((n) => n.number > my.noted && !n.ephemeral);
    my.noted = last;
    for (const note of fresh) {
      my.toast = note;
      announcer.textContent = `${person.real}: ${note.text}`;
      setTimeout(() => {
        if (my.toast === note) my.toast = null;
        changed();
      }, toastTime);
    }
    if (fresh.length && ['sam', 'lena'].includes(person.key) && store.fourth !== person.key) my.unread = true;
  }
  changed();
}

onChange(render);
listen(news);
window.addEventListener('resize', changed);
setInterval(changed, 30000); // the time of day at the top and in headers
