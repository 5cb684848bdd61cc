import { createNotificationClient } from 'belfry';
import { getPreferences } from 'belfry/preferences';
import { choice } from './choice.js';
import { followUps } from './extras.js';
import { mountInbox } from './inbox.jsx';
import { createLog } from './log.js';
import { createSendForm } from './send-form.js';
import { createWay } from './way.js';
import { watchWire } from './wire.js';
import { appsOf, typeNames } from './words.js';

/** The user in the commands that `npm start` prints. */
const someone = '0b5e55ed-0000-4000-8000-000000000001';

const languages = { en: 'English', de: 'Deutsch' };

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
const log = createLog();
const way = createWay();
const form = createSendForm({ onSend: send });
watchWire(log.add);
const showInbox = mountInbox({ apps: byId('apps'), preferences: byId('preferences') });

/** The key that this page's own server wants, whose inbox is shown, and in which language. */
const fragment = new URLSearchParams(location.hash.slice(1));
const user = fragment.get('user') ?? someone;
let language = fragment.get('language') in languages ? fragment.get('language') : 'en';
let clients;
/** A notification that has not arrived yet: `{ title, begun }`. */
let expected;

/** Calls this page's own server. */
function call(path, init = {}) {
  return fetch(path, { ...init, headers: { ...init.headers, 'x-demo-key': fragment.get('key') ?? '' } });
}

async function session() {
  const response = await call(`/session?user=${encodeURIComponent(user)}`);
  if (!response.ok) {
    const { message } = await response.json();
    form.say(message, true);
    throw new Error(message);
  }
  return response.json();
}

/** The scopes that the service runs with: every answer about an inbox has the counts of each. */
async function scopesOf({ apiUrl, getToken }) {
  const headers = { authorization: `Bearer ${await getToken()}` };
  const response = await fetch(`${apiUrl}/notifications/unread-count`, { headers });
  return Object.keys((await response.json()).scopes);
}

async function signIn() {
  showStatus('connecting');
  try {
    const { httpApiUrl, webSocketUrl } = await session();
    const options = { apiUrl: httpApiUrl, webSocketUrl, getToken: async () => (await session()).token };
    const apps = appsOf(await scopesOf(options)).map((app) => ({
      ...app,
      client: createNotificationClient({ ...options, scope: app.scope }),
    }));
    form.showApps(apps);
    const whole = createNotificationClient(options);
    const { types } = await getPreferences(whole);
    clients = { whole, apps, types: Object.keys(types) };
    watch(clients.whole);
    showInbox({ ...clients, language });
  } catch {
    showStatus('offline');
  }
}

/** Shows the status of the line, and rings. */
function watch({ subscribe, getSnapshot, on }) {
  on('notification', rang);
  let isLoaded = false;
  subscribe(() => {
    const { error, isLoading, status, notifications } = getSnapshot();
    const wasLoaded = isLoaded;
    isLoaded ||= status === 'live' && !isLoading && !error;
    if (isLoaded && !wasLoaded && notifications.length === 0) greet();
    // Notifications of the first page do not ring. So the status is `live` only after it has arrived.
    showStatus(status === 'live' && !isLoaded ? 'loading' : status);
  });
}

function showStatus(status) {
  byId('state').dataset.state = status;
  byId('state').firstElementChild.textContent = statusNames[status];
}

function rang({ title, scope }) {
  way.passTo('bell');
  for (const app of document.querySelectorAll('.app')) {
    app.classList.remove('is-ringing');
    // Reading the width restarts the animation.
    void app.offsetWidth;
    app.classList.toggle('is-ringing', !scope || scope === app.dataset.scope);
  }
  if (expected?.title !== title) return;
  form.say(`Rang ${Math.round(performance.now() - expected.begun)} ms after the click.`);
  expected = undefined;
}

/** Sends a first notification to an empty inbox, so that the bells ring once. */
function greet() {
  const title = 'Welcome';
  const body = 'This page has sent it, for every bell. The next one is yours to send.';
  post({ user_id: user, title, body, idempotency_key: 'demo-welcome' }, 'invoke').catch(() => {});
}

async function post(command, door) {
  const response = await call(`/notifications?door=${door}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });
  return { status: response.status, answer: await response.json() };
}

async function send(command, door) {
  form.showErrors([]);
  form.say('');
  form.offer([]);
  way.passTo('create');
  form.setBusy(true);
  const whole = { user_id: user, idempotency_key: crypto.randomUUID(), ...command };
  // That of a group is another one.
  const mine = { title: command.group ? null : command.title.trim(), begun: performance.now() };
  expected = mine;
  try {
    const { status, answer } = await post(whole, door);
    if (status >= 400) return refused(answer);
    if (answer.suppressed) return suppressed(command.metadata);
    // If the bell has rung by now, the outcome is shown already.
    if (expected === mine) sent(answer);
    offer(followUps(whole, answer), door);
  } catch {
    unanswered();
  } finally {
    form.setBusy(false);
  }
}

/** Offers to change, retract or cancel what was sent, by the door that it was sent by. */
function offer(list, door) {
  form.offer(
    list.map(({ name, command }) => ({
      name,
      async run() {
        way.passTo('create');
        try {
          const { status, answer } = await post(command, door);
          if (status >= 400) return refused(answer);
          form.say(status === 202 ? 'Accepted. It is on its way.' : done[command.action]);
          // What was changed can be changed again. What is gone cannot.
          if (command.action !== 'update') form.offer([]);
        } catch {
          unanswered();
        }
      },
    })),
  );
}

const done = {
  update: 'Changed, in every tab.',
  retract: 'Taken back, in every tab.',
  cancel: 'Called off. It will not be sent.',
};

function unanswered() {
  way.stopAt('producer');
  form.say('Not sent: npm start does not answer. Check that it is still running.', true);
}

function refused({ errors, message, detail = message }) {
  expected = undefined;
  way.stopAt('create');
  const unplaced = form.showErrors(errors ?? []).map(({ path, message }) => `${path} ${message}`);
  form.say(errors ? unplaced.join('; ') || 'Not sent: see above.' : detail, true);
}

function suppressed({ type }) {
  expected = undefined;
  way.stopAt('create');
  form.say(`Not stored: “${typeNames.en[type].label}” is switched off. Nothing is left of it.`, true);
}

function sent({ notification, delivery, scheduled, grouped }) {
  if (scheduled) return form.say('Stored until it is due, in a minute.');
  if (grouped) return form.say(`Grouped: ${notification.group_count} in one notification.`);
  if (!notification) return form.say('Accepted. It is on its way.');
  way.passTo(delivery.posted > 0 ? 'sockets' : 'PostgreSQL');
  form.say(`Stored as number ${notification.id}.`);
}

for (const [value, text] of Object.entries(languages)) {
  const onChoose = () => {
    language = value;
    fragment.set('language', value);
    history.replaceState(null, '', `#${fragment}`);
    if (clients) showInbox({ ...clients, language });
  };
  const looks = { text, className: 'segment', isChecked: value === language };
  byId('languages').append(choice({ name: 'language', value, ...looks, onChoose }));
}
byId('second-tab').href = location.href;
// The address without a user begins again, and keeps the key.
byId('brand').href = `#${new URLSearchParams({ key: fragment.get('key') ?? '' })}`;
globalThis.addEventListener('hashchange', () => location.reload());
log.add({ kind: 'socket', text: `signed in as ${user}` });
signIn();
