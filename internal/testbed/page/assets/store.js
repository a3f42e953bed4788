// What the page knows: what the server said last, and what belongs to this browser only.

export const store = {
  world: null, // names, and what the app can do
  state: null, // olbot and the troubles
  people: {}, // by key, as the server sees them
  online: false, // the server can be reached
  fourth: 'sam', // whose pane is the fourth
  idea: 0, // number of the idea that is being tried, or null
  mine: {}, // by key: tab, dialogs, toasts and so on; see mine()
};

// mine is what this browser remembers about a person's pane.
export function mine(key) {
  store.mine[key] ??= {
    tab: key === 'sam' ? 'channel' : 'messages', // messages, home, channel or signin
    busy: new Set(), // buttons being pressed
    confirm: null, // the question asked before a press counts
    complaints: null, // what the client has against the form: {view, fields by label, trouble}
    toast: null, // the notification on the screen
    noted: -1, // number of the last notification shown; -1: none is known yet
    unread: false, // something came while somebody else had the fourth pane
    complete: null, // completions of what is typed: {items, index}
    shortcuts: false, // the list of shortcuts is open
    signedIn: null, // what OneLogin said to the code
    failed: '', // what went wrong last with a press or a command
  };
  return store.mine[key];
}

// now is what time it is for everybody, in ms: it may have been put forward.
export const now = () => Date.now() + (store.state?.ahead ?? 0);

let render = () => {};
let planned = false;

// onChange says what draws the page.
export function onChange(f) {
  render = f;
}

// changed draws the page again soon, once for all changes until then.
export function changed() {
  if (planned) return;
  planned = true;
  queueMicrotask(() => {
    planned = false;
    render();
  });
}
