import {
  checkFilled,
  checkLimit,
  checkLines,
  checkPages,
  checkPolled,
  checkReached,
  checkRegistry,
  checkShared,
  started,
} from './checks.ts';
import type { Violation } from './journal.ts';
import { createOperator } from './operate.ts';
import type { Schedule } from './schedule.ts';
import { calm } from './weather.ts';
import { createWorld, type World } from './world.ts';

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
    if (schedule.steps.every(({ operation }) => operation.kind !== 'weather')) checkLimit(world);
    await checkLines(world);
    if (schedule.isUsedAtEnd) await checkFilled(world);
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
  trace?.('everything heals');
  Object.assign(weather, calm);
  for (const { state } of browsers) state.isOffline = false;
  for (const { tab } of pages) tab.thaw();
  // What a frozen page has waited with comes first.
  await loop.advance(second);
  for (const { tab } of pages) tab.page('pageshow');
  // Transactions that hang commit, and leftovers are tried for the last time.
  await loop.advance(minute);
  if (!isUsed) return loop.advance(33 * minute);
  for (const { tab } of pages) tab.page('visibilitychange');
  await loop.advance(80 * second);
  for (const { tab } of pages) tab.page('visibilitychange');
  await loop.advance(10 * second);
}

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
      await checkReached(world, 'two seconds after a change');
    }
  }
  await checkQuiet(world);
}

async function newest({ cloud }: World, user: string): Promise<number | undefined> {
  return (await cloud.database.truth(user)).notifications[0]?.id;
}

function post({ loop, cloud }: World, cause: string, user: string, path: string): Promise<unknown> {
  const exp = Math.floor(loop.now() / 1_000) + 36_000;
  const token = `.${btoa(JSON.stringify({ sub: user, exp })).replaceAll('=', '')}.`;
  return cloud.request(cause, {
    method: 'POST',
    url: `https://api.example/notifications${path}`,
    token,
    body: '',
  });
}

/** A page with a line asks now and then; one without asks twice a minute. */
async function checkQuiet(world: World): Promise<void> {
  await world.loop.advance(3 * second);
  await checkShared(world);
  const before = started(world).map(({ tab }) => tab.state.requests);
  await world.loop.advance(2 * minute);
  for (const [index, { tab, browser }] of started(world).entries()) {
    const lines = [...browser.connections.values()].filter(
      ({ tab: owner }) => owner.name === tab.name,
    ).length;
    if (lines > 2) world.journal.violate('requests are few', `${tab.name} has ${lines} sockets`);
    const asked = tab.state.requests - (before[index] ?? 0);
    if (asked > 8)
      world.journal.violate('requests are few', `${tab.name} asked ${asked} times in two quiet minutes`);
  }
  await checkPolled(world);
}
