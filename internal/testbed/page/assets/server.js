// The way to the server and back.
import { changed, store } from './store.js';

// listen keeps the store as the server sees things; told is called after each change.
export function listen(told) {
  const events = new EventSource('events');
  events.onmessage = (event) => {
    const parts = JSON.parse(event.data);
    if (parts.world && store.world && parts.world.bot !== store.world.bot) location.reload(); // another demo, with other people
    for (const [name, part] of Object.entries(parts)) {
      if (name.startsWith('person:')) store.people[part.key] = part;
      else store[name] = part;
    }
    store.online = true;
    told();
  };
  events.onerror = () => { // the browser tries again by itself
    store.online = false;
    changed();
  };
}

// post does something. The answer has err and fields as the server gives them; err is "unreachable" if it cannot be asked.
export async function post(path, body = {}) {
  try {
    const response = await fetch(path, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    });
    if (!response.ok) return { err: 'unreachable' };
    return await response.json();
  } catch {
    return { err: 'unreachable' };
  }
}

// act is post for what a person does.
export const act = (key, what, body) => post(`people/${key}/${what}`, body);

// explain says why something a person did came to nothing.
export function explain(err) {
  switch (err) {
    case 'operation_timeout': return 'olbot did not answer within three seconds.';
    case 'dispatch_failed': return 'olbot is not connected, so nothing was sent.';
    case 'message_not_found': return 'That was already gone.';
    case 'not_allowed': return 'This person cannot do that here.';
    case 'unknown_command': return 'There is no such command.';
    case 'unreachable': return 'The demo cannot be reached. Was it ended in the terminal?';
  }
  return 'olbot answered with something that cannot be shown.';
}
