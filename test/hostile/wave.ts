import pLimit from 'p-limit';
import type { Attempt, DoorAttempt } from './attempt.ts';
import { judgeInvocation, judgeLater } from './judge-doors.ts';
import { judgeHttp } from './judge-http.ts';
import { judgeConnect, judgeFrame } from './judge-sockets.ts';
import type { Judged } from './judged.ts';
import type { Fixture, World } from './world.ts';

/** As many as the functions have processes, and some more to wait for them. */
const atOnce = 12;

/**
 * Runs the attempts in parallel, each with its own fixture. Returns the faults of each: in its answer and in what is
 * stored. A change without an accepted attempt counts against the attempt that named the user, or against all.
 */
export async function runWave(world: World, attempts: readonly Attempt[]): Promise<string[][]> {
  const fixtures = await world.populate(attempts.length);
  const before = await world.inboxes();
  const judged = await judgeAll(world, attempts, fixtures);
  const after = await world.inboxes();
  const changed = new Set(
    [...before.keys(), ...after.keys()].filter((user) => before.get(user) !== after.get(user)),
  );
  for (const { mayWrite } of judged) for (const user of mayWrite) changed.delete(user);
  const writers = writersOf(attempts, fixtures, changed);
  return judged.map(({ faults }, index) => [...faults, ...(writers[index] ?? [])]);
}

async function judgeAll(
  world: World,
  attempts: readonly Attempt[],
  fixtures: readonly Fixture[],
): Promise<Judged[]> {
  if (attempts.every(isLater)) return judgeLater(attempts, fixtures, world);
  const limit = pLimit(atOnce);
  return Promise.all(attempts.map((attempt, index) => limit(() => judge(attempt, fixtures[index], world))));
}

/** What is done, or ends in the dead-letter queue, only later. */
const isLater = (attempt: Attempt): attempt is DoorAttempt =>
  attempt.door === 'event' || attempt.door === 'message';

function judge(attempt: Attempt, fixture: Fixture | undefined, world: World): Promise<Judged> {
  if (!fixture) throw new Error('Each attempt has a fixture of its own.');
  switch (attempt.door) {
    case 'http':
      return judgeHttp(attempt, fixture, world);
    case 'invoke':
      return judgeInvocation(attempt, fixture, world);
    case 'connect':
      return judgeConnect(attempt, fixture, world);
    case 'frame':
      return judgeFrame(attempt, fixture, world);
    case 'event':
    case 'message':
      throw new Error('Events and messages are sent in waves of their own.');
  }
}

/** For each attempt the inboxes that it has changed without leave. */
function writersOf(
  attempts: readonly Attempt[],
  fixtures: readonly Fixture[],
  changed: ReadonlySet<string>,
): string[][] {
  const known = new Set(fixtures.flatMap(({ own, other }) => [own.user, other.user]));
  const strangers = [...changed].filter((user) => !known.has(user));
  const texts = attempts.map((attempt) => textOf(attempt).toLowerCase());
  const unnamed = strangers.filter((user) => !texts.some((text) => text.includes(user)));
  return fixtures.map(({ own, other }, index) => [
    ...(changed.has(own.user) ? ['changes the inbox of whoever sent it'] : []),
    ...(changed.has(other.user) ? ["changes another user's inbox"] : []),
    ...(strangers.some((user) => texts[index]?.includes(user)) ? ['writes for whom it names'] : []),
    ...(unnamed.length > 0 ? ['or one that was sent with it writes for somebody whom nobody names'] : []),
  ]);
}

function textOf(attempt: Attempt): string {
  if ('text' in attempt) return attempt.text;
  return 'body' in attempt && attempt.body !== undefined ? Buffer.from(attempt.body).toString() : '';
}
