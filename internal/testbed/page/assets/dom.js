// What is to be shown is described by h() and put into the document by patch(), which changes as little as it can: an element
// that somebody types into, has focused or scrolled stays the same element. Text only ever becomes a text node.

const svg = new Set(['svg', 'path', 'circle', 'rect']);
const described = new WeakMap(); // what a node was last described as

// h describes an element. Props are attributes, except key (tells siblings apart), on (listeners by event) and init
// (called once with the new element, for what belongs to the person from then on, such as a field's value).
export function h(tag, props, ...children) {
  const kept = children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== '');
  return { tag, props: props ?? {}, key: props?.key, children: kept.map((c) => (typeof c === 'object' ? c : String(c))) };
}

// patch makes the children of an element what is described.
export function patch(parent, children) {
  const keyed = new Map();
  const plain = [];
  for (const node of parent.childNodes) {
    const key = described.get(node)?.key;
    if (key === undefined) plain.push(node);
    else keyed.set(key, node);
  }
  const nodes = children.map((next) => {
    const node = claim(next, keyed, plain);
    if (node) {
      update(node, next);
      return node;
    }
    return create(next);
  });
  for (const node of [...keyed.values(), ...plain]) node.remove(); // before anything moves: moving loses the focus
  nodes.forEach((node, i) => {
    if (parent.childNodes[i] !== node) parent.insertBefore(node, parent.childNodes[i] ?? null);
  });
}

// claim takes the node that becomes what is described, if there is one.
function claim(next, keyed, plain) {
  if (next.key !== undefined) {
    const node = keyed.get(next.key);
    if (!node || described.get(node).tag !== next.tag) return null;
    keyed.delete(next.key);
    return node;
  }
  const fits = typeof next === 'string' ? (n) => n.nodeType === Node.TEXT_NODE : (n) => described.get(n)?.tag === next.tag;
  const i = plain.findIndex(fits);
  return i < 0 ? null : plain.splice(i, 1)[0];
}

function create(next) {
  if (typeof next === 'string') return document.createTextNode(next);
  const node = svg.has(next.tag) ? document.createElementNS('http://www.w3.org/2000/svg', next.tag) : document.createElement(next.tag);
  update(node, next);
  next.props.init?.(node);
  return node;
}

function update(node, next) {
  if (typeof next === 'string') {
    if (node.data !== next) node.data = next;
    return;
  }
  const before = described.get(node);
  if (before === next) return;
  described.set(node, next);
  attributes(node, before?.props ?? {}, next.props);
  patch(node, next.children);
}

const special = new Set(['key', 'on', 'init']);

function attributes(node, before, now) {
  for (const name of Object.keys(before)) {
    if (!special.has(name) && !(name in now)) node.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(now)) {
    if (special.has(name) || value === before[name]) continue;
    if (value === false || value === null || value === undefined) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? '' : value);
  }
  for (const type of Object.keys(now.on ?? {})) {
    if (!before.on?.[type]) node.addEventListener(type, listen);
  }
}

// listen calls the listener described last.
function listen(event) {
  described.get(event.currentTarget)?.props.on?.[event.type]?.(event);
}
