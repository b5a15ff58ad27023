import { element, entry, foreign, place, visible } from './text.js';
import { draw } from './timeline.js';

const SHOWN = 100;
const QUIET_PERIOD = 10_000;
const LEAST_PERIOD = 1_000;

const $ = (id) => document.getElementById(id);

async function ask(path, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  const response = await fetch(query === '' ? path : `${path}?${query}`, { signal: AbortSignal.timeout(20_000) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

function list(id, entries) {
  $(id).replaceChildren(...entries.slice(0, SHOWN).map(entry));
}

function count(entries, what) {
  if (entries.length === 0) return `No ${what}.`;
  return entries.length > SHOWN ? `The last ${SHOWN} ${what}.` : `${entries.length} ${what}.`;
}

// Runs one at a time, and once more if it was asked for meanwhile; not more often than once a second.
function calmly(work, note) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) { again = true; return; }
    running = true;
    try {
      await work();
    } catch (failed) {
      $(note).textContent = visible(failed.message);
    }
    setTimeout(() => { running = false; if (again) { again = false; run(); } }, LEAST_PERIOD);
  };
}

// What is bound now, and what the recorder saw bind it, which this user may not see.
let rows = [];
let recorded = new Map();

function cell(label, ...content) {
  return element('td', { 'data-label': label, class: content.length === 0 ? 'empty' : '' }, ...content);
}

function row(one) {
  const known = (text) => (text === null || text === undefined ? [] : [foreign(text)]);
  const seen = one.addresses.map((address) => recorded.get(`${one.protocol} ${address}`)).find(Boolean) ?? null;
  let program = [foreign([one.program, one.script].filter(Boolean).join(' '))];
  if (one.program === null) program = seen === null ? ['not visible to this user'] : [foreign(seen.program), ' (as recorded)'];
  const pid = one.pid ?? seen?.pid;
  return element('tr', {},
    cell('Port', `${one.protocol} ${one.ports.join(', ')}`),
    cell('Address', one.addresses.join(', ')),
    cell('Reach', visible(one.reach ?? '')),
    cell('Program', ...program),
    cell('Pid', ...(pid === undefined ? [] : [pid])),
    cell('User', ...known(one.user)),
    cell('Kept by', ...known(one.kept_by ?? seen?.unit)));
}

function showNow() {
  const wanted = $('filter').value.trim().toLowerCase();
  const shown = rows.filter((one) => wanted === '' || [one.protocol, one.program, one.script, one.user, one.reach, one.kept_by,
    ...one.ports, ...one.addresses].some((text) => String(text ?? '').toLowerCase().includes(wanted)));
  $('now').replaceChildren(...shown.map(row));
  $('now-note').textContent = `${shown.length} of ${rows.length} rows.`;
}

const loadNow = calmly(async () => {
  const [now, still] = await Promise.all([ask('api/now'), ask('api/still')]);
  rows = now.rows;
  recorded = new Map(still.entries.filter((one) => one.process !== null).map((one) => [place(one), one.process]));
  showNow();
}, 'now-note');

// Refused binds.
const loadRefused = calmly(async () => {
  const { entries } = await ask('api/refused');
  list('refused', entries);
  $('refused-note').textContent = count(entries, 'refused binds');
}, 'refused-note');

const RECORDER = {
  running: 'A recorder runs.',
  stopped: 'No recorder runs: what is bound or refused now is not recorded (sudo inuse record).',
  none: 'Nothing was recorded: refused binds and the past need a recorder (sudo inuse record).',
  unreadable: 'What was recorded is not for this user: its group has to be that of the segments (inuse).',
  unknown: 'Loading.',
};

const loadState = calmly(async () => {
  const state = await ask('api/state');
  $('state').textContent = RECORDER[state.recorder] ?? visible(state.recorder);
}, 'state');

// A port.
const asked = () => ({ port: $('port').value.trim(), protocol: $('protocol').value });

const loadPort = calmly(async () => {
  if ($('port').value.trim() === '') return;
  const at = $('at').value;
  const to = Date.now();
  if (at !== '') {
    const { entries } = await ask('api/holders', { ...asked(), at: new Date(at).getTime() });
    list('past', entries);
    $('port-note').textContent = entries.length === 0 ? 'It was not held then, as far as is recorded.' : count(entries, 'had it then');
    return;
  }
  const from = to - Number($('span').value);
  const { entries } = await ask('api/timeline', { ...asked(), from, to });
  const key = draw($('chart'), entries, from, to);
  list('past', entries);
  $('port-note').textContent = `${count(entries, 'entries')} ${key}`;
}, 'port-note');

const search = calmly(async () => {
  const { entries } = await ask('api/search', { text: $('search-text').value });
  list('found', entries);
  $('search-note').textContent = count(entries, 'entries');
}, 'search-note');

$('filter').addEventListener('input', showNow);
$('port-form').addEventListener('submit', (event) => { event.preventDefault(); loadPort(); });
$('search-form').addEventListener('submit', (event) => { event.preventDefault(); search(); });

const news = new EventSource('api/news');
news.addEventListener('refused', () => { loadRefused(); if ($('at').value === '') loadPort(); });
news.addEventListener('sockets', () => loadNow());
// After a break there may be more than was told.
news.addEventListener('open', () => { loadState(); loadRefused(); loadNow(); });
news.addEventListener('error', () => { $('state').textContent = 'The connection is lost; trying again.'; });
setInterval(() => { if (!document.hidden) { loadState(); loadNow(); } }, QUIET_PERIOD);
