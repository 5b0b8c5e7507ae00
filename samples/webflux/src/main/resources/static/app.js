// The page of the file drop: uploads by PUT, the list by GET and by the events of the server.

const AT_ONCE = 3; // uploads; a browser has six connections for a server, and the events have one of them
const SILENCE_MS = 35_000; // three heartbeats without one: the connection is dead, though nothing has said so
const STATUS_MS = 2_000;
const NOTICE_MS = 6_000;

const $ = id => document.getElementById(id);
const url = name => 'files/' + encodeURIComponent(name);

// ---- text

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const order = new Intl.Collator('en', { numeric: true });
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

function bytes(count) {
  let unit = 0;
  while (count >= 999.5 && unit < 5) {
    count /= 1000;
    unit++;
  }
  return number.format(count) + ' ' + ['B', 'kB', 'MB', 'GB', 'TB', 'PB'][unit];
}

function duration(seconds) {
  if (seconds < 60) return Math.max(1, Math.round(seconds)) + ' s';
  if (seconds < 3600) return Math.round(seconds / 60) + ' min';
  return (seconds / 3600).toFixed(1) + ' h';
}

function since(date) {
  const seconds = (date - Date.now()) / 1000;
  if (seconds > -10) return 'just now';
  for (const [unit, length] of [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]]) {
    if (seconds <= -length) return ago.format(Math.round(seconds / length), unit);
  }
}

let noticeTimer;
function notice(text) {
  $('notice').textContent = text;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { $('notice').textContent = ''; }, NOTICE_MS);
}

/** What a response says of its failure: a problem of RFC 9457, or its status alone. */
function problem(status, body) {
  try {
    const { detail, title } = JSON.parse(body);
    return detail || title || `The server answered ${status}.`;
  } catch {
    return `The server answered ${status}.`;
  }
}

function ask(text, yes, no, isBad = false) {
  $('question-text').textContent = text;
  $('yes').textContent = yes;
  $('no').textContent = no;
  $('yes').classList.toggle('bad', isBad);
  const dialog = $('question');
  dialog.returnValue = 'no'; // of the Escape key
  dialog.showModal();
  $('no').focus();
  return new Promise(answer =>
    dialog.addEventListener('close', () => answer(dialog.returnValue === 'yes'), { once: true }));
}

function fromTemplate(id) {
  return $(id).content.firstElementChild.cloneNode(true);
}

// ---- the list

const files = new Map(); // by name
const rows = new Map();

function show(file, isFresh) {
  files.set(file.name, file);
  let row = rows.get(file.name);
  if (!row) {
    row = newRow(file.name);
    rows.set(file.name, row);
    const next = [...rows.keys()].sort(order.compare).find(name => order.compare(name, file.name) > 0);
    $('files').insertBefore(row, next === undefined ? null : rows.get(next));
  }
  row.querySelector('.size').textContent = bytes(file.size);
  showTime(row, file);
  if (isFresh) {
    row.classList.remove('fresh');
    void row.offsetWidth; // the animation begins anew
    row.classList.add('fresh');
  }
}

function newRow(name) {
  const row = fromTemplate('file-row');
  row.dataset.name = name;
  const link = row.querySelector('.name');
  link.textContent = name;
  link.title = name;
  for (const each of row.querySelectorAll('a')) {
    each.href = url(name);
    each.download = name;
  }
  row.querySelector('.get').setAttribute('aria-label', `Download ${name}`);
  const button = row.querySelector('.delete');
  button.setAttribute('aria-label', `Delete ${name}`);
  button.addEventListener('click', () => remove(name));
  return row;
}

function showTime(row, file) {
  const date = new Date(file.modified);
  const time = row.querySelector('time');
  time.dateTime = file.modified;
  time.textContent = since(date);
  time.title = moment.format(date);
}

function hide(name) {
  const row = rows.get(name);
  if (!row) return;
  if (row.contains(document.activeElement)) {
    const neighbour = row.nextElementSibling || row.previousElementSibling;
    (neighbour?.querySelector('.delete') || $('chosen')).focus();
  }
  row.remove();
  rows.delete(name);
  files.delete(name);
}

function summarize() {
  let total = 0;
  for (const file of files.values()) total += file.size;
  const count = files.size;
  $('summary').textContent = count ? `${count} ${count === 1 ? 'file' : 'files'}, ${bytes(total)}` : '';
  $('empty').hidden = count > 0;
}

async function remove(name) {
  if (!await ask(`Delete “${name}”?`, 'Delete', 'Keep', true)) return;
  try {
    const response = await fetch(url(name), { method: 'DELETE' });
    if (response.ok || response.status === 404) {
      apply({ type: 'removed', name });
    } else {
      notice(`“${name}” is not deleted. ${problem(response.status, await response.text())}`);
    }
  } catch {
    notice(`“${name}” is not deleted. The server can't be reached.`);
  }
}

// ---- the server's events

let missed = null; // events that came while the list was on its way, which may not have them
let fetches = 0;

function apply(event) {
  missed?.push(event);
  if (event.type === 'removed') {
    hide(event.name);
  } else {
    show(event.file, true);
  }
  summarize();
}

async function fetchList() {
  const mine = ++fetches;
  missed = [];
  try {
    const response = await fetch('files', { headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Error(problem(response.status, await response.text()));
    const list = await response.json();
    if (mine !== fetches) return; // a later one is on its way
    const names = new Set(list.map(file => file.name));
    for (const name of [...files.keys()]) if (!names.has(name)) hide(name);
    for (const file of list) show(file, false);
    const later = missed;
    missed = null;
    later.forEach(apply);
    summarize();
  } catch (e) {
    if (mine === fetches) notice(`The list can't be had. ${e.message}`);
  }
}

let silence;
function connect() {
  const source = new EventSource('events');
  const again = () => {
    source.close();
    connect();
  };
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => { away(true); again(); }, SILENCE_MS);
  };
  const on = (type, handle) => source.addEventListener(type, message => {
    heard();
    handle(JSON.parse(message.data));
  });
  source.onopen = () => {
    heard();
    away(false);
    fetchList();
    fetchStatus();
  };
  source.onerror = () => {
    clearTimeout(silence);
    away(true);
    // A browser comes back by itself after a lost connection, not after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(again, STATUS_MS);
  };
  on('added', data => apply({ type: 'added', ...data }));
  on('replaced', data => apply({ type: 'replaced', ...data }));
  on('removed', data => apply({ type: 'removed', ...data }));
  on('progress', showElsewhere);
  on('heartbeat', () => {});
}

function away(isAway) {
  $('away').hidden = !isAway;
  if (isAway) {
    for (const each of elsewhere.values()) each.remove();
    elsewhere.clear();
    showUploads();
  }
}

// ---- uploads

const uploads = []; // of this window
const elsewhere = new Map(); // rows of those of other windows and programs, by id

class Upload {
  constructor(file) {
    this.file = file;
    this.row = fromTemplate('upload-row');
    this.row.dataset.name = file.name;
    this.row.querySelector('.name').textContent = file.name;
    this.bar = this.row.querySelector('progress');
    this.bar.setAttribute('aria-label', `Upload of ${file.name}`);
    this.cancelButton = this.row.querySelector('.cancel');
    this.cancelButton.addEventListener('click', () => this.isUnderWay ? this.cancel() : this.dismiss());
    this.row.querySelector('.again').addEventListener('click', () => { this.wait(); startWaiting(); });
    $('uploads').append(this.row);
    this.wait();
  }

  get isUnderWay() {
    return this.phase === 'waiting' || this.phase === 'sending';
  }

  enter(phase, text) {
    this.phase = phase;
    this.row.classList.toggle('failed', phase === 'failed');
    this.row.classList.toggle('done', phase === 'done');
    this.row.querySelector('.again').hidden = phase !== 'failed';
    const verb = this.isUnderWay ? 'Cancel' : 'Dismiss';
    this.cancelButton.querySelector('span').textContent = verb;
    this.cancelButton.setAttribute('aria-label', `${verb} ${this.file.name}`);
    this.say(text);
    showUploads();
  }

  say(text) {
    this.row.querySelector('.state').textContent = text;
  }

  wait() {
    this.bar.value = 0;
    this.enter('waiting', `${bytes(this.file.size)}, waiting`);
  }

  send() {
    this.enter('sending', bytes(this.file.size));
    this.rate = 0;
    this.last = { time: performance.now(), loaded: 0 };
    const request = this.request = new XMLHttpRequest();
    request.upload.onprogress = event => this.progress(event.loaded);
    request.onload = () => request.status < 300
      ? this.end('done', `${bytes(this.file.size)}, done`)
      : this.end('failed', problem(request.status, request.responseText));
    request.onerror = () => this.end('failed', 'The connection was lost.');
    request.onabort = () => this.end('cancelled', 'Cancelled');
    request.open('PUT', url(this.file.name));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.send(this.file);
  }

  progress(loaded) {
    const size = this.file.size;
    this.bar.value = size ? loaded / size : 1;
    const now = performance.now();
    const seconds = (now - this.last.time) / 1000;
    if (seconds >= 0.25) { // shorter ones say more of buffers than of the network
      const rate = (loaded - this.last.loaded) / seconds;
      this.rate = this.rate ? 0.7 * this.rate + 0.3 * rate : rate;
      this.last = { time: now, loaded };
    }
    const rate = this.rate ? `, ${bytes(this.rate)}/s, ${duration((size - loaded) / this.rate)} left` : '';
    this.say(loaded < size ? `${bytes(loaded)} of ${bytes(size)}${rate}` : `${bytes(size)}, on its way to the disk`);
  }

  cancel() {
    if (this.phase === 'waiting') this.end('cancelled', 'Cancelled');
    else this.request.abort();
  }

  end(phase, text) {
    this.enter(phase, text);
    if (phase === 'cancelled') {
      notice(`The upload of “${this.file.name}” is cancelled.`);
      this.dismiss();
    }
    startWaiting();
  }

  dismiss() {
    if (this.row.contains(document.activeElement)) $('chosen').focus();
    this.row.remove();
    uploads.splice(uploads.indexOf(this), 1);
    showUploads();
  }
}

function startWaiting() {
  const sending = uploads.filter(each => each.phase === 'sending').length;
  uploads.filter(each => each.phase === 'waiting').slice(0, Math.max(0, AT_ONCE - sending)).forEach(each => each.send());
}

function showUploads() {
  $('uploads-section').hidden = uploads.length + elsewhere.size === 0;
  $('tidy').hidden = !uploads.some(each => each.phase === 'done');
}

function showElsewhere({ id, name, received, total, isOver }) {
  let row = elsewhere.get(id);
  if (isOver) {
    row?.remove();
    elsewhere.delete(id);
  } else if (!uploads.some(each => each.phase === 'sending' && each.file.name === name)) {
    if (!row) {
      row = fromTemplate('upload-row');
      row.classList.add('elsewhere');
      row.querySelector('.name').textContent = name ?? 'A form';
      row.querySelector('.cancel').remove();
      elsewhere.set(id, row);
      $('uploads').append(row);
    }
    const bar = row.querySelector('progress');
    if (total) bar.value = received / total;
    else bar.removeAttribute('value');
    row.querySelector('.state').textContent =
      `${bytes(received)}${total ? ' of ' + bytes(total) : ''}, from another window`;
  }
  showUploads();
}

async function upload(list) {
  let wanted = [...list];
  const busy = new Set(uploads.filter(each => each.isUnderWay).map(each => each.file.name));
  wanted = wanted.filter(file => !busy.has(file.name));
  const taken = wanted.filter(file => files.has(file.name));
  if (taken.length) {
    const text = taken.length === 1
      ? `“${taken[0].name}” is there already. Replace it?`
      : `${taken.length} of these files are there already. Replace them?`;
    if (!await ask(text, 'Replace', 'Skip')) wanted = wanted.filter(file => !taken.includes(file));
  }
  for (const file of wanted) uploads.push(new Upload(file));
  startWaiting();
}

function listenForDrops() {
  const form = $('drop');
  let depth = 0; // the events of children come as well
  const over = isOver => form.classList.toggle('over', isOver);
  const hasFiles = event => [...event.dataTransfer?.types ?? []].includes('Files');
  addEventListener('dragenter', event => { if (hasFiles(event)) { depth++; over(true); } });
  addEventListener('dragleave', event => { if (hasFiles(event) && --depth <= 0) { depth = 0; over(false); } });
  addEventListener('dragover', event => { if (hasFiles(event)) event.preventDefault(); });
  addEventListener('drop', event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    const items = [...event.dataTransfer.items].filter(item => item.kind === 'file');
    const dropped = items.filter(item => !item.webkitGetAsEntry?.()?.isDirectory).map(item => item.getAsFile());
    if (dropped.length < items.length) notice('Folders can’t be uploaded, only the files in them.');
    upload(dropped);
  });
}

// ---- the figures

async function fetchStatus() {
  if (document.hidden) return;
  let status;
  try {
    const response = await fetch('status');
    if (!response.ok) return;
    status = await response.json();
  } catch {
    return; // the events tell that the server is away
  }
  const pill = $('transport');
  const loops = status.loops.length;
  pill.hidden = false;
  pill.classList.toggle('ring', status.isOnRing);
  pill.title = status.loops.join(', ');
  $('transport-text').textContent =
    `on ${status.transport}` + (loops ? ` · ${loops} ${loops === 1 ? 'loop' : 'loops'}` : '');
  $('detail').textContent = status.detail;
  figure('requests', 'requests', compact.format(status.requests));
  if (status.enters !== null) {
    figure('enters', 'enters', compact.format(status.enters));
    figure('sqes', 'SQEs', compact.format(status.sqes));
    figure('batch', 'SQEs per enter', number.format(status.sqes / Math.max(1, status.enters)));
    figure('received', 'received', bytes(status.bytesReceived));
    figure('sent', 'sent', bytes(status.bytesSent));
  }
}

function figure(id, label, text) {
  let value = $(id);
  if (!value) {
    const pair = document.createElement('div');
    pair.append(document.createElement('dt'), document.createElement('dd'));
    pair.firstChild.textContent = label;
    value = pair.lastChild;
    value.id = id;
    $('figures').append(pair);
  }
  value.textContent = text;
}

// ---- start

$('chosen').addEventListener('change', event => {
  upload(event.target.files);
  event.target.value = ''; // the same file can be chosen again
});
$('tidy').addEventListener('click', () => uploads.filter(each => each.phase === 'done').forEach(each => each.dismiss()));
addEventListener('beforeunload', event => { if (uploads.some(each => each.isUnderWay)) event.preventDefault(); });
document.addEventListener('visibilitychange', fetchStatus);
listenForDrops();
connect();
setInterval(fetchStatus, STATUS_MS);
setInterval(() => rows.forEach((row, name) => showTime(row, files.get(name))), 30_000);
