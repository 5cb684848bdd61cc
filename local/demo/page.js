import { createNotificationClient } from 'belfry';
import { mountBell } from './bell.jsx';
import { createLog } from './log.js';
import { createWay } from './way.js';
import { watchWire } from './wire.js';

const users = [
  { name: 'Attendee', id: '0b5e55ed-0000-4000-8000-000000000001' },
  { name: 'Organizer', id: '0b5e55ed-0000-4000-8000-000000000002' },
  { name: 'Admin', id: '0b5e55ed-0000-4000-8000-000000000003' },
];

const presets = [
  {
    name: 'Booking confirmed',
    title: 'Booking confirmed',
    body: 'Two seats for “The Night Train”, Friday at 20:00. Row F, seats 12 and 13.',
    metadata: { type: 'booking.confirmed', route: '/bookings/981' },
  },
  {
    name: 'Doors open in 1 hour',
    title: 'Doors open in 1 hour',
    body: 'Entrance B is the shortest way to your seats. Have your ticket ready.',
    metadata: { type: 'event.doors_open', route: '/events/42' },
  },
  {
    name: 'Seat upgrade',
    title: 'A better seat is free',
    body: 'Row C, in the middle, is yours for the same price. We hold it for 20 minutes.',
    metadata: { type: 'seat.upgrade', route: '/bookings/981/seats' },
  },
];

const doors = [
  { name: 'invoke', text: 'Invoke' },
  { name: 'event', text: 'Event' },
  { name: 'queue', text: 'Queue' },
  { name: 'http', text: 'HTTP' },
];

/** The statuses of the client, and `loading`: the socket is open, and the first page has not arrived. */
const statusNames = {
  connecting: 'Connecting',
  loading: 'Loading',
  live: 'Live',
  offline: 'Offline',
  polling: 'Polling',
  unreachable: 'Unreachable',
  unauthenticated: 'Signed out',
};

// The style sheet of the bell is set as markup. A text without `<` cannot become an element.
globalThis.trustedTypes?.createPolicy('default', {
  createHTML: (text) => (text.includes('<') ? null : text),
});

const byId = (id) => document.getElementById(id);
const form = byId('send');
const outcome = byId('outcome');
const log = createLog();
const way = createWay();
watchWire(log.add);
const showBell = mountBell(byId('bell'));

/** Whose inbox is shown, and the key that this page's own server wants. */
const fragment = new URLSearchParams(location.hash.slice(1));
let user = users.find(({ name }) => name.toLowerCase() === fragment.get('user')) ?? users[0];
let client;
/** A notification that the user has sent to themselves and that has not arrived: `{ title, begun }`. */
let expected;

async function signIn(next) {
  client?.stop();
  client = undefined;
  user = next;
  fragment.set('user', user.name.toLowerCase());
  history.replaceState(null, '', `#${fragment}`);
  byId('second-tab').href = location.href;
  byId('recipient').value = user.id;
  showStatus('connecting');
  log.add({ kind: 'socket', text: `signed in as ${user.name.toLowerCase()}` });
  try {
    const { httpApiUrl, webSocketUrl } = await session(next);
    if (user === next && !client) enter({ apiUrl: httpApiUrl, webSocketUrl });
  } catch {
    if (user === next) showStatus('offline');
  }
}

/** Calls this page's own server. */
function call(path, init = {}) {
  return fetch(path, { ...init, headers: { ...init.headers, 'x-demo-key': fragment.get('key') ?? '' } });
}

async function session({ id }) {
  const response = await call(`/session?user=${id}`);
  if (response.status === 401) say((await response.json()).message, true);
  if (!response.ok) throw new Error(`The demo page's own server answered ${response.status}.`);
  return response.json();
}

function enter(places) {
  const mine = user;
  client = createNotificationClient({
    ...places,
    getToken: async () => (await session(mine)).token,
  });
  const { subscribe, getSnapshot } = client;
  client.on('notification', rang);
  let isLoaded = false;
  subscribe(() => {
    const { error, isLoading, status } = getSnapshot();
    isLoaded ||= status === 'live' && !isLoading && !error;
    // Notifications of the first page do not ring. So the status is `live` only after it has arrived.
    if (user === mine) showStatus(status === 'live' && !isLoaded ? 'loading' : status);
  });
  const stopWaiting = subscribe(() => {
    if (!isLoaded) return;
    stopWaiting();
    if (getSnapshot().notifications.length === 0) greet(mine);
  });
  showBell(client);
}

function showStatus(status) {
  byId('state').dataset.state = status;
  byId('state').firstElementChild.textContent = statusNames[status];
}

function rang({ title }) {
  way.passTo('bell');
  byId('bell').classList.remove('is-ringing');
  // Reading the width restarts the animation.
  void byId('bell').offsetWidth;
  byId('bell').classList.add('is-ringing');
  if (expected?.title !== title) return;
  say(`Rang ${Math.round(performance.now() - expected.begun)} ms after the click.`);
  expected = undefined;
}

/** Sends a first notification to an empty inbox, so that the bell rings once. */
function greet({ id, name }) {
  const title = `Welcome, ${name.toLowerCase()}`;
  const body = 'This page has sent it when you signed in. The next one is yours to send.';
  post({ user_id: id, title, body, idempotency_key: 'demo-welcome' }, 'invoke').catch(() => {});
}

async function post(command, door) {
  const response = await call(`/notifications?door=${door}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });
  return { status: response.status, answer: await response.json() };
}

async function send() {
  const chosen = new FormData(form);
  const { metadata } = presets[Number(chosen.get('preset'))];
  const recipient = users.find(({ id }) => id === byId('recipient').value);
  const command = { user_id: recipient.id, title: byId('title').value, body: byId('body').value, metadata };
  showErrors([]);
  say('');
  way.passTo('create');
  byId('send-button').disabled = true;
  expected = recipient.id === user.id ? { title: command.title.trim(), begun: performance.now() } : undefined;
  const mine = expected;
  try {
    const { status, answer } = await post(command, chosen.get('door'));
    if (status >= 400) refused(answer);
    // If the bell has rung by now, the outcome is shown already.
    else if (!mine || expected === mine) sent(answer, recipient);
  } catch {
    way.stopAt('producer');
    say('Not sent: npm start does not answer. Check that it is still running.', true);
  } finally {
    byId('send-button').disabled = false;
  }
}

function refused({ errors, message, detail = message }) {
  expected = undefined;
  way.stopAt('create');
  const unplaced = showErrors(errors ?? []).map(({ path, message }) => `${path} ${message}`);
  say(errors ? unplaced.join('; ') || 'Not sent: see above.' : detail, true);
}

function sent({ notification, delivery }, { id, name }) {
  if (!notification) return say('Accepted. It is on its way.');
  const isHeard = delivery.posted > 0;
  way.passTo(isHeard ? 'sockets' : 'PostgreSQL');
  if (id === user.id) say(`Stored as number ${notification.id}.`);
  else if (isHeard) say(`Delivered to ${name}.`);
  else say(`Stored for ${name}, who is not connected. Switch to them to see it.`);
}

function say(text, isProblem = false) {
  outcome.textContent = text;
  outcome.classList.toggle('is-problem', isProblem);
}

/** Shows each error at its field, and returns those that have none. */
function showErrors(errors) {
  for (const field of ['title', 'body']) {
    const messages = errors.filter(({ path }) => path === field).map(({ message }) => message);
    const problem = byId(`${field}-problem`);
    problem.textContent = messages.length > 0 ? `The ${field} ${messages.join('; ')}.` : '';
    problem.hidden = messages.length === 0;
    byId(field).setAttribute('aria-invalid', String(messages.length > 0));
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
  return errors.filter(({ path }) => path !== 'title' && path !== 'body');
}

function choice({ name, value, text, className, isChecked, onChoose }) {
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), {
    type: 'radio',
    name,
    value,
    checked: isChecked,
  });
  input.addEventListener('change', onChoose);
  label.append(input, Object.assign(document.createElement('span'), { className, textContent: text }));
  return label;
}

function fillIn({ title, body }) {
  byId('title').value = title;
  byId('body').value = body;
  showErrors([]);
}

for (const each of users) {
  const { id, name } = each;
  const isChecked = each === user;
  const onChoose = () => signIn(each);
  byId('users').append(
    choice({ name: 'user', value: id, text: name, className: 'segment', isChecked, onChoose }),
  );
  byId('recipient').append(new Option(name, id));
}
presets.forEach((preset, index) => {
  const { name: text } = preset;
  const onChoose = () => fillIn(preset);
  const looks = { text, className: 'chip', isChecked: index === 0 };
  byId('presets').append(choice({ name: 'preset', value: String(index), ...looks, onChoose }));
});
doors.forEach(({ name, text }, index) => {
  const looks = { text, className: 'segment', isChecked: index === 0 };
  byId('doors').append(choice({ name: 'door', value: name, ...looks, onChoose() {} }));
});
// The address without a user begins again, and keeps the key.
byId('brand').href = `#${new URLSearchParams({ key: fragment.get('key') ?? '' })}`;
globalThis.addEventListener('hashchange', () => location.reload());
fillIn(presets[0]);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  send();
});
signIn(user);
