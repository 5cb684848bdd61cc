import { setImmediate as turn } from 'node:timers/promises';
import { reasonOf } from '../../functions/core/errors.ts';
import { actions } from '../../functions/core/status.ts';
import { toText } from '../world/failures.ts';
import type { Violation } from '../world/journal.ts';
import { calm } from '../world/weather.ts';
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
import { createOperator } from './operate.ts';
import type { Schedule } from './schedule.ts';
import { createSimulatedWorld, type SimulatedWorld } from './simulated-world.ts';

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
  const world = createSimulatedWorld(schedule, trace);
  const { journal, lines } = world;
  const onFailure = (error: unknown) => journal.violate('comes to rest', `nobody handles: ${toText(error)}`);
  process.on('unhandledRejection', onFailure).on('uncaughtException', onFailure);
  try {
    const operate = createOperator(world);
    for (const step of schedule.steps) {
      await operate(step);
      await turn();
    }
    await heal(world, schedule.isUsedAtEnd);
    journal.checkAcknowledged();
    checkRegistry(world);
    if (schedule.steps.every(({ operation }) => operation.kind !== 'weather')) checkLimit(world);
    await checkLines(world);
    if (schedule.isUsedAtEnd) await checkFilled(world);
    await checkPages(world, 'after everything has healed');
    await checkTimes(world);
    if (journal.violations.length === 0) await probe(world);
    await checkTimes(world);
    for (const { client } of world.pages) client.stop();
  } catch (error) {
    // The loop's own complaint, or a mistake of the simulation.
    journal.violate('comes to rest', toText(error));
  }
  // What nobody has handled is known only when the event loop has turned.
  await turn();
  process.off('unhandledRejection', onFailure).off('uncaughtException', onFailure);
  return { violations: journal.violations, lines };
}

/** Everything works again; then time goes on until each client has synchronised. */
async function heal(
  { loop, cloud, weather, browsers, pages, trace }: SimulatedWorld,
  isUsed: boolean,
): Promise<void> {
  trace?.('everything heals');
  Object.assign(weather, calm);
  cloud.setTickDown(false);
  for (const { state } of browsers) state.isOffline = false;
  for (const { tab } of pages) tab.thaw();
  // What a frozen page has waited with comes first.
  await loop.advance(second);
  for (const { tab } of pages) tab.page('pageshow');
  // Transactions that hang commit, and pending deliveries are tried for the last time.
  await loop.advance(minute);
  if (!isUsed) return loop.advance(33 * minute);
  for (const { tab } of pages) tab.page('visibilitychange');
  await loop.advance(80 * second);
  for (const { tab } of pages) tab.page('visibilitychange');
  await loop.advance(10 * second);
}

/** When everything that was due has had its time, all of it has happened, and every event is on the bus. */
async function checkTimes({ loop, cloud }: SimulatedWorld): Promise<void> {
  const { timeline } = cloud.database;
  cloud.setTickDown(false);
  const end = loop.now() + timeline.latestMs;
  while (loop.now() < end && !timeline.isAtRest(cloud.bus)) await loop.advance(minute);
  timeline.check(cloud.bus);
}

/** In health every change succeeds, and is shown at once where a socket is open; and nobody asks more than there is to ask. */
async function probe(world: SimulatedWorld): Promise<void> {
  const { loop, cloud, journal, users } = world;

  async function change(what: string, make: (cause: string) => Promise<unknown>): Promise<void> {
    const cause = `probe ${what}`;
    let outcome = 'there is no answer';
    make(cause).then(
      () => {
        outcome = '';
      },
      (error) => {
        outcome = reasonOf(error);
      },
    );
    await loop.advance(2 * second);
    if (outcome) journal.violate('failures are foreseen', `${cause} in full health: ${outcome}`);
    await checkReached(world, 'two seconds after a change');
  }
  const create = (who: object) => (cause: string) =>
    cloud.command(cause, { ...who, title: 'Probe', body: cause, metadata: { type: 'news' } });
  const send = (user: string, what: string, body?: object) => async (cause: string) => {
    const { status, text } = await cloud.send(cause, user, what, body);
    if (status !== 200) throw new Error(text);
  };
  const post = (user: string, path: string, body?: object) => send(user, `POST /notifications/${path}`, body);

  /** What lives on after it was created. */
  async function probeLife(user: string): Promise<void> {
    const actions = [{ id: 'accept', label: 'Accept' }];
    const keyed = { user_id: user, idempotency_key: 'probe of life' };
    const named = { ...keyed, group: { key: 'probes' }, actions };
    await change('create one of a group', create(named));
    await change('create another of it', create({ ...named, idempotency_key: 'probe of a group' }));
    const { notifications } = await cloud.database.truth(user);
    const row = notifications.find(({ group_key }) => group_key === 'probes');
    const until = new Date(loop.now() + 5 * minute).toISOString();
    await change('snooze', post(user, `${row?.id}/snooze`, { until }));
    await change('unsnooze', post(user, `${row?.id}/unsnooze`));
    await change('press', post(user, `${row?.id}/actions/accept`));
    await change('unpress', send(user, `DELETE /notifications/${row?.id}/actions/accept`));
    const command = (given: object) => (cause: string) => cloud.command(cause, given);
    await change('edit', command({ ...keyed, action: 'update', title: 'Edited', realert: true }));
    await change('create a third', create({ ...named, idempotency_key: 'probe of another row' }));
    await change('retract a group', command({ action: 'retract', user_id: user, group_key: 'probes' }));
  }

  for (const user of users)
    await change('switch on', send(user, 'PUT /preferences', { types: { news: true } }));
  await change('create for all', create({ user_ids: users }));
  for (const [index, user] of users.entries()) {
    await change(`create ${index}`, create({ user_id: user }));
    const [row, ...others] = (await cloud.database.truth(user)).notifications;
    for (const action of actions) await change(`${action} ${index}`, post(user, `${row?.id}/${action}`));
    await change(`read all ${index}`, post(user, 'read-all'));
    if (index > 0 || !row) continue;
    const ids = [row, ...others.slice(0, 1)].map(({ id }) => id);
    await change('mark as unread', post(user, 'mark', { action: 'unread', ids }));
    await change('move up', (cause) => cloud.moveUp(cause, user, row.id));
    await change('see', post(user, 'seen', { before_position: 9e15, scope: 'attendee' }));
    await change('archive read', post(user, 'archive-read'));
    await probeLife(user);
  }
  await checkQuiet(world);
}

/** A page with a socket asks now and then; one without asks twice a minute. */
async function checkQuiet(world: SimulatedWorld): Promise<void> {
  await world.loop.advance(3 * second);
  await checkShared(world);
  const startedAt = world.loop.now();
  const before = started(world).map(({ tab }) => tab.state.requests);
  await world.loop.advance(2 * minute);
  for (const [index, { tab, browser }] of started(world).entries()) {
    const sockets = [...browser.sockets.values()].filter(({ tab: owner }) => owner.name === tab.name).length;
    if (sockets > 2) world.journal.violate('requests are few', `${tab.name} has ${sockets} sockets`);
    const asked = tab.state.requests - (before[index] ?? 0);
    // What a tick has done is a reason to ask.
    if (asked > (world.cloud.database.timeline.firedAt() > startedAt ? 16 : 8))
      world.journal.violate('requests are few', `${tab.name} asked ${asked} times in two quiet minutes`);
  }
  await checkPolled(world);
}
