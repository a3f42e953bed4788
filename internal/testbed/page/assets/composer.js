// The line in which a person types commands, with completion, and the list of shortcuts.
import { h } from './dom.js';
import { act, explain } from './server.js';
import { changed, mine, store } from './store.js';

// completions are what can stand for the word before the caret.
function completions(text, caret) {
  const start = text.lastIndexOf(' ', caret - 1) + 1;
  const word = text.slice(start, caret);
  if (start === 0 && word.startsWith('/')) {
    const { command, about, hint } = store.world.app;
    return command.startsWith(word) && word !== command ? { start, items: [{ put: command, name: command, about: `${hint}  ·  ${about}` }] } : null;
  }
  if (!word.startsWith('@')) return null;
  const wanted = word.slice(1).toLowerCase();
  const fits = (u) => !u.bot && (u.name.startsWith(wanted) || u.real.toLowerCase().split(' ').some((part) => part.startsWith(wanted)));
  const items = Object.values(store.world.users).filter(fits).sort((a, b) => a.real.localeCompare(b.real))
    .map((u) => ({ put: `@${u.name}`, name: u.real, about: `@${u.name}` }));
  return items.length ? { start, items } : null;
}

function look(my, input) {
  const found = completions(input.value, input.selectionStart ?? 0);
  my.complete = found && { ...found, index: 0 };
  changed();
}

function choose(my, input, index) {
  const { start, items } = my.complete;
  const caret = input.selectionStart ?? input.value.length;
  const put = `${items[index].put} `;
  input.value = input.value.slice(0, start) + put + input.value.slice(caret).replace(/^ /, '');
  input.setSelectionRange(start + put.length, start + put.length);
  my.complete = null;
  input.focus();
  changed();
}

async function send(person, input) {
  const my = mine(person.key);
  const text = input.value.trim();
  if (!text) return;
  if (!text.startsWith('/')) {
    my.failed = `olbot reads commands only. Begin with ${store.world.app.command}.`;
    changed();
    return;
  }
  input.value = '';
  my.failed = '';
  my.complete = null;
  changed();
  const { err } = await act(person.key, 'command', { text });
  // Slack itself says in the conversation that a command failed.
  if (err === 'unreachable') my.failed = explain(err);
  changed();
}

function keydown(event, person) {
  const my = mine(person.key);
  const input = event.currentTarget;
  const list = my.complete;
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (list && move) {
    event.preventDefault();
    list.index = (list.index + move + list.items.length) % list.items.length;
    changed();
  } else if (list && (event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) {
    event.preventDefault();
    choose(my, input, list.index);
  } else if (event.key === 'Escape' && list) {
    event.preventDefault();
    my.complete = null;
    changed();
  } else if (event.key === 'Enter' && !event.isComposing) {
    event.preventDefault();
    send(person, input);
  }
}

const inputOf = (event) => event.currentTarget.closest('.composer').querySelector('input');

// composer draws the line.
export function composer(person) {
  const my = mine(person.key);
  const id = `complete-${person.key}`;
  const list = my.complete;
  return h('div', { key: 'composer', class: 'composer' },
    my.failed && h('p', { class: 'failed', role: 'alert' }, my.failed),
    list && h('ul', { id, class: 'completions', role: 'listbox', 'aria-label': 'Completions' }, list.items.map((item, i) =>
      h('li', {
        key: item.put, id: `${id}-${i}`, role: 'option', 'aria-selected': i === list.index ? 'true' : 'false',
        on: { mousedown: (event) => { event.preventDefault(); choose(my, inputOf(event), i); } },
      }, h('strong', null, item.name), h('span', null, item.about)))),
    my.shortcuts && shortcuts(person),
    h('div', { key: 'line', class: 'line' },
      store.world.app.shortcuts.length > 0 && h('button', {
        key: 'shortcuts', type: 'button', class: 'small', 'aria-label': `Shortcuts for ${person.real}`, 'aria-haspopup': 'menu', 'aria-expanded': my.shortcuts ? 'true' : 'false',
        title: 'Shortcuts', on: {
          mousedown: (event) => event.preventDefault(), // else the list loses the focus, is shut, and opened again
          click: () => { my.shortcuts = !my.shortcuts; changed(); },
        },
      }, '⚡'),
      h('input', {
        key: 'input', type: 'text', role: 'combobox', 'aria-expanded': list ? 'true' : 'false', 'aria-controls': list ? id : null, 'aria-autocomplete': 'list',
        'aria-activedescendant': list ? `${id}-${list.index}` : null, 'aria-label': `Command from ${person.real}`, autocomplete: 'off', spellcheck: 'false',
        placeholder: person.key === 'joe' ? `${store.world.app.command} @ana 10m reusable lost her phone` : `Type ${store.world.app.command}`,
        on: {
          input: (event) => { my.failed = ''; look(my, event.currentTarget); },
          keydown: (event) => keydown(event, person),
          blur: () => { my.complete = null; changed(); },
        },
      }),
      h('button', { key: 'send', type: 'button', class: 'small send', 'aria-label': `Send command from ${person.real}`, title: 'Send', on: { click: (event) => send(person, inputOf(event)) } }, '➤')));
}

// shortcuts lists the app's global shortcuts.
function shortcuts(person) {
  const my = mine(person.key);
  const shut = () => { my.shortcuts = false; changed(); };
  const use = async (s) => {
    shut();
    const { err } = await act(person.key, 'shortcut', { callback: s.callback });
    my.failed = err ? explain(err) : '';
    changed();
  };
  const keys = (event) => {
    const items = [...event.currentTarget.querySelectorAll('button')];
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) {
      event.preventDefault();
      items[(items.indexOf(document.activeElement) + move + items.length) % items.length].focus();
    } else if (event.key === 'Escape') {
      event.currentTarget.closest('.composer').querySelector('[aria-haspopup]').focus();
      shut();
    }
  };
  const left = (event) => { if (!event.currentTarget.contains(event.relatedTarget)) shut(); };
  return h('ul', {
    key: 'menu', class: 'completions', role: 'menu', 'aria-label': 'Shortcuts', on: { keydown: keys, focusout: left },
    init: (el) => setTimeout(() => el.querySelector('button')?.focus()), // once it is on the page
  },
    store.world.app.shortcuts.map((s) => h('li', { key: s.callback, role: 'none' },
      h('button', { type: 'button', role: 'menuitem', on: { click: () => use(s) } }, h('strong', null, s.name), h('span', null, s.about)))));
}
