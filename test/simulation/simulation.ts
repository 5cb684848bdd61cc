import { isDeepStrictEqual } from 'node:util';
import type { Notification } from '../../functions/core/notification.ts';
import { nameOf, type Violation } from './journal.ts';
import { createOperator } from './operate.ts';
import type { Schedule } from './schedule.ts';
import { calm } from './weather.ts';
import { createWorld, type Page, type World } from './world.ts';

const second = 1_000;
const minute = 60_000;

/** What came of a schedule. */
export interface Outcome {
  violations: Violation[];
  /** What happened, where it was asked for. */
  lines: string[];
}

/** Lets a schedule happen, then heals everything, and holds the world to the promise. */
export async function simulate(schedule: Schedule, { trace = false } = {}): Promise<Outcome> {
  const world = createWorld(schedule, trace);
  const { journal, lines } = world;
  try {
    const operate = createOperator(world);
    for (const step of schedule.steps) await operate(step);
    await heal(world, schedule.isUsedAtEnd);
    journal.checkAcknowledged();
    checkRegistry(world);
    await checkPages(world, 'after everything has healed');
    if (journal.violations.length === 0) await probe(world);
  } catch (error) {
    // The loop's own complaint, or a mistake of the simulation.
    journal.violate('comes to rest', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  for (const { client } of world.pages) client.stop();
  return { violations: journal.violations, lines };
}

/** Everything works again; then time goes on until each client has synchronised. */
async function heal({ loop, weather, browsers, pages, trace }: World, isUsed: boolean): Promise<void> {
  trace('everything heals');
  Object.assign(weather, calm);
  for (const { state } of browsers) state.isOffline = false;
  for (const { tab } of pages) tab.thaw();
  // What a frozen page has waited with comes first.
  await loop.advance(second);
  for (const { tab } of pages) tab.page('shown');
  // Transactions that hang commit, and leftovers are tried for the last time.
  await loop.advance(minute);
  if (!isUsed) return loop.advance(33 * minute);
  for (const { tab } of pages) tab.page('visible');
  await loop.advance(80 * second);
  for (const { tab } of pages) tab.page('visible');
  await loop.advance(10 * second);
}

function checkRegistry({ loop, cloud, journal }: World): void {
  for (const { connection_id, state, connection, isReplaced } of cloud.gateway.sockets.values()) {
    if (state !== 'open' || !connection || connection.expires_at <= loop.now()) continue;
    const isLeaving = isReplaced || cloud.leftovers.replaced.has(connection_id);
    if (!isLeaving && !cloud.registry.has(connection)) {
      journal.violate('open sockets are registered', `${connection_id} of ${nameOf(connection.user_id)}`);
    }
  }
}

/** Each page shows what is stored: what it has loaded, and after loading, all of it. */
async function checkPages(world: World, when: string): Promise<void> {
  for (const page of world.pages) await checkPage(world, page, when);
  for (const { client } of started(world)) {
    for (let loaded = 0; client.getSnapshot().hasMore && loaded < 200; loaded += 1) {
      client.loadMore().catch(() => {});
      await world.loop.advance(second);
    }
  }
  for (const page of world.pages) await checkPage(world, page, `${when}, and all of it is loaded`);
}

const started = ({ pages }: World) => pages.filter(({ isStarted }) => isStarted);

async function checkPage({ cloud, journal }: World, page: Page, when: string): Promise<void> {
  if (!page.isStarted) return;
  const { tab, client } = page;
  const { notifications, unreadCount, hasMore, filter, isLoading } = client.getSnapshot();
  const truth = await cloud.database.truth(tab.state.user);
  const { status = ['unread', 'read'], type } = filter;
  const matching = truth.notifications.filter(
    (row) => status.includes(row.status) && (type === undefined || row.metadata.type === type),
  );
  const expected = hasMore ? matching.slice(0, notifications.length) : matching;
  if (isLoading || !isDeepStrictEqual(notifications.map(timeless), expected.map(timeless))) {
    const [shown, stored] = [notifications, expected].map((rows) => rows.map(inShort).join(' '));
    journal.violate('shown as stored', `${when}, ${tab.name} shows [${shown}]; stored is [${stored}]`);
  }
  if (unreadCount !== truth.unread_count) {
    journal.violate('unread count', `${when}, ${tab.name} shows ${unreadCount}, not ${truth.unread_count}`);
  }
}

// The frame of a read-all does not say when it was.
const timeless = ({ updated_at: _, ...row }: Notification) => row;

const inShort = ({ id, status, version }: Notification) => `${id}:${status}@${version}`;

/** In health every change is shown at once where a socket is open, and nobody asks more than there is to ask. */
async function probe(world: World): Promise<void> {
  const { loop, cloud, users } = world;
  for (const [index, user] of users.entries()) {
    const changes = [
      () =>
        cloud.create(`probe ${index}`, {
          user_id: user,
          title: 'Probe',
          body: 'Body',
          metadata: { type: 'news' },
        }),
      async () => post(world, `probe mark ${index}`, user, `/${(await newest(world, user)) ?? 0}/read`),
      async () => post(world, `probe unread ${index}`, user, `/${(await newest(world, user)) ?? 0}/unread`),
      () => post(world, `probe read all ${index}`, user, '/read-all'),
    ];
    for (const change of changes) {
      change().catch(() => {});
      await loop.advance(2 * second);
      for (const page of started(world)) if (isReached(world, page)) await checkProbe(world, page);
    }
  }
  await checkQuiet(world);
}

async function newest({ cloud }: World, user: string): Promise<number | undefined> {
  return (await cloud.database.truth(user)).notifications[0]?.id;
}

function post({ loop, cloud }: World, cause: string, user: string, path: string): Promise<unknown> {
  const exp = Math.floor(loop.now() / 1_000) + 600;
  const token = `.${btoa(JSON.stringify({ sub: user, exp })).replaceAll('=', '')}.`;
  return cloud.request(cause, {
    method: 'POST',
    url: `https://api.example/notifications${path}`,
    token,
    body: '',
  });
}

/** Whether pushes to this page's user come to its browser. */
function isReached({ loop, cloud }: World, { browser, tab }: Page): boolean {
  return [...browser.connections].some(([connection_id, { user, tab: owner }]) => {
    const socket = cloud.gateway.sockets.get(connection_id);
    const isOwn = browser.canShare || owner === tab.name;
    return (
      isOwn &&
      user === tab.state.user &&
      socket?.state === 'open' &&
      socket.connection !== undefined &&
      cloud.registry.has(socket.connection) &&
      socket.connection.expires_at > loop.now()
    );
  });
}

async function checkProbe(world: World, page: Page): Promise<void> {
  const { journal } = world;
  const before = journal.violations.length;
  await checkPage(world, page, 'two seconds after a change');
  // The same test, but another promise: that it is shown, and that it is shown now.
  for (const violation of journal.violations.slice(before)) violation.invariant = 'at once';
}

/** A page with a line asks now and then; one without asks twice a minute. */
async function checkQuiet(world: World): Promise<void> {
  await world.loop.advance(3 * second);
  const before = started(world).map(({ tab }) => tab.state.requests);
  await world.loop.advance(2 * minute);
  for (const [index, { tab }] of started(world).entries()) {
    const asked = tab.state.requests - (before[index] ?? 0);
    if (asked > 8) world.journal.violate('requests are few', `${tab.name} asked ${asked} times in two quiet minutes`);
  }
}
