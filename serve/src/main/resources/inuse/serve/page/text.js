// Makes elements of text. Nothing here or elsewhere on the page is ever parsed as HTML: what other programs
// chose becomes text nodes, and characters that cannot be seen become escapes.

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

export function visible(text) {
  return String(text).replace(HIDDEN, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);
}

// An element with children: text, or other elements.
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null).map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

// Text that another program chose.
export function foreign(text) {
  return element('span', { class: 'foreign' }, visible(text));
}

export function time(text) {
  const at = new Date(text);
  return element('time', { datetime: text }, Number.isNaN(at.getTime()) ? visible(text) : at.toLocaleString());
}

export function place(entry) {
  const address = entry.address.includes(':') ? `[${entry.address}]` : entry.address;
  return `${entry.protocol} ${address}:${entry.port}`;
}

// A process of an entry: program, pid, and what keeps it.
export function process(one) {
  if (one === null) return element('span', {}, 'a process that is not known');
  const parts = [foreign(one.program || '?'), ` (pid ${one.pid}`];
  if (one.uid !== null) parts.push(`, uid ${one.uid}`);
  if (one.unit !== null) parts.push(', unit ', foreign(one.unit));
  if (one.container !== null) parts.push(', container ', foreign(one.container));
  parts.push(')');
  return element('span', {}, ...parts);
}

export function duration(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor((seconds % 86400) / 3600)} h`;
}

// An entry of the history as an item of a list.
export function entry(one) {
  switch (one.kind) {
    case 'refused': return refused(one);
    case 'held': return held(one);
    default: return missing(one);
  }
}

function refused(one) {
  const item = element('li', { class: 'refused' },
    element('p', {}, time(one.at), ' ', element('strong', {}, place(one)), ' refused to ', process(one.process),
      one.count > 1 ? ` ${one.count} times` : ''));
  const held = element('p', {}, 'held by ');
  if (one.holders.length === 0) held.append('a holder that is not known');
  one.holders.forEach((holder, at) => held.append(at > 0 ? ', ' : '', process(holder)));
  if (one.causes.length > 0) held.append(`: ${one.causes.map(visible).join(', ')}`);
  item.append(held);
  if (one.fix !== null) item.append(element('p', { class: 'detail' }, 'to get it back: ', element('code', {}, visible(one.fix))));
  return item;
}

function held(one) {
  const lasted = duration(Date.parse(one.to) - Date.parse(one.from));
  const end = { released: 'released', still: 'held still', unseen: 'gone unseen' }[one.end] ?? visible(one.end);
  return element('li', {},
    element('p', {}, element('strong', {}, place(one)), one.listening ? ' served by ' : ' held by ', process(one.process)),
    element('p', { class: 'detail' }, one.earlier ? 'since before ' : 'from ', time(one.from), ' to ', time(one.to),
      ` (${lasted}, ${end})`));
}

function missing(one) {
  return element('li', {},
    element('p', {}, 'Not recorded: ', visible(one.why), one.count === null ? '' : `, ${one.count} events`),
    element('p', { class: 'detail' }, time(one.from), ' to ', time(one.to)));
}
