import { createBell } from './bell.js';
import { createInbox } from './inbox.js';
import { createLog } from './log.js';
import { createWay } from './way.js';

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

const stateNames = { connecting: 'Connecting', live: 'Live', offline: 'Offline', polling: 'Polling' };

const byId = (id) => document.getElementById(id);
const form = byId('send');
const outcome = byId('outcome');
const log = createLog();
const way = createWay();

let user = users.find(({ name }) => `#${name.toLowerCase()}` === location.hash) ?? users[0];
let inbox;
const bell = createBell(() => inbox);
/** When each notification came, by id: it may come before the answer to the command that made it. */
const arrivals = new Map();

function signIn(next) {
  inbox?.stop();
  user = next;
  history.replaceState(null, '', `#${user.name.toLowerCase()}`);
  byId('second-tab').href = location.href;
  byId('recipient').value = user.id;
  log.add({ kind: 'socket', text: `signed in as ${user.name.toLowerCase()}` });
  let isFirst = true;
  const mine = createInbox({
    user: user.id,
    log(entry) {
      log.add(entry);
      if (entry.kind === 'frame' && entry.frame.notification) passedBy(entry.frame);
    },
    onState(state) {
      byId('state').dataset.state = state;
      byId('state').firstElementChild.textContent = stateNames[state];
    },
    onChange() {
      if (inbox !== mine) return;
      bell.show();
      if (isFirst && mine.snapshot().version === 0) greet();
      isFirst = false;
    },
    onNews: bell.ring,
  });
  inbox = mine;
  bell.show();
}

function passedBy({ type, notification }) {
  if (type !== 'notification.created') return;
  arrivals.set(notification.id, performance.now());
  way.passTo('bell');
}

/** An inbox that nothing was ever in gets a first notification, so that the bell rings by itself once. */
function greet() {
  const title = `Welcome, ${user.name.toLowerCase()}`;
  const body = 'This one came the whole way by itself. The next is yours to send.';
  post({ user_id: user.id, title, body, idempotency_key: 'demo-welcome' }).catch(() => {});
}

async function post(command) {
  const begun = performance.now();
  let status = 'failed';
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/notifications', {
      method: 'POST',
      headers,
      body: JSON.stringify(command),
    });
    status = response.status;
    return { status, answer: await response.json(), begun };
  } finally {
    const ms = Math.round(performance.now() - begun);
    log.add({ kind: 'rest', method: 'POST', path: '/notifications', status, ms });
  }
}

async function send() {
  const { metadata } = presets[Number(new FormData(form).get('preset'))];
  const recipient = users.find(({ id }) => id === byId('recipient').value);
  const command = { user_id: recipient.id, title: byId('title').value, body: byId('body').value, metadata };
  showErrors([]);
  say('');
  way.passTo('create');
  byId('send-button').disabled = true;
  try {
    const { status, answer, begun } = await post(command);
    if (status === 201) return sent(answer, recipient, begun);
    way.stopAt('create');
    const unplaced = showErrors(answer.errors ?? []);
    if (!answer.errors) say(answer.message, true);
    else
      say(
        unplaced.map(({ path, message }) => `${path} ${message}`).join('; ') || 'Not sent: see above.',
        true,
      );
  } catch {
    way.stopAt('producer');
    say('Not sent: npm start does not answer. Is it still running?', true);
  } finally {
    byId('send-button').disabled = false;
  }
}

function sent({ notification, delivery }, recipient, begun) {
  const arrived = arrivals.get(notification.id);
  const isOwn = recipient.id === user.id;
  if (!arrived) way.passTo(delivery.posted > 0 ? 'sockets' : 'PostgreSQL');
  if (arrived) say(`Rang ${Math.round(arrived - begun)} ms after the click.`);
  else if (isOwn) say(`Stored as number ${notification.id}.`);
  else if (delivery.posted > 0) say(`${recipient.name} hears it now.`);
  else say(`Stored for ${recipient.name}, who is not connected. Switch to them to see it.`);
}

function say(text, isProblem = false) {
  outcome.textContent = text;
  outcome.classList.toggle('is-problem', isProblem);
}

/** Shows each error at its field and answers those that have none. */
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
fillIn(presets[0]);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  send();
});
signIn(user);
