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
 * Makes these attempts at once, each with a fixture of its own, and says of each what is wrong with what came of it: with
 * its answer, and with what is stored afterwards. What changed without having been served is a fault of whoever named
 * the user, and of all of them where nobody has.
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
  return judged.map(({ faults }, index) => [...faults, ...writtenBy(fixtures, index, changed)]);
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

/** The faults of an attempt that has changed an inbox which it had no leave to change. */
function writtenBy(fixtures: readonly Fixture[], index: number, changed: ReadonlySet<string>): string[] {
  const known = new Set(fixtures.flatMap(({ own, other }) => [own.user, other.user]));
  const fixture = fixtures[index];
  return [
    ...(fixture && changed.has(fixture.own.user) ? ['changes the inbox of whoever sent it'] : []),
    ...(fixture && changed.has(fixture.other.user) ? ["changes another user's inbox"] : []),
    ...([...changed].some((user) => !known.has(user))
      ? ['or one that was sent with it writes for somebody else']
      : []),
  ];
}
