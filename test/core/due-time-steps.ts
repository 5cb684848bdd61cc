import { afterLook, type DueTime, isTimeToLook } from '../../functions/core/due-time.ts';

/** The rules of the protocol. A test replaces one of them to see that it is needed. */
export const rules = {
  isTimeToLook,
  afterLook,
  /** What a writer makes of the item, before it writes to the database. */
  by: (item: DueTime, at: number): DueTime =>
    item.due_at === undefined || item.due_at > at ? { ...item, due_at: at } : item,
  /** Whether the tick may replace the item that it has read. */
  mayReplace: (read: DueTime, item: DueTime): boolean =>
    item.due_at === read.due_at && item.looked_at === read.looked_at,
  /** Whether a writer makes sure of its time before it commits. */
  isSureFirst: true,
};

export type Rules = typeof rules;

interface Writer {
  at: number;
  /** When it has done the first of its two steps. */
  begun?: number;
  committed?: number;
}

type Tick =
  | { step: 'idle' }
  | { step: 'has read'; read: DueTime; startedAt: number }
  | { step: 'has looked'; read: DueTime; startedAt: number; next_due: number | null };

/** Everything that the steps change. */
interface World {
  now: number;
  item: DueTime;
  writers: Writer[];
  ticks: Tick[];
  ticksLeft: number;
  /** Timers in the database that have not fired, each with the time from which on it could have. */
  timers: { at: number; since: number }[];
}

/** A time at noon, so that the daily look is far away and hides nothing. */
const noon = Date.UTC(2026, 0, 1, 12);

/** Between two steps of the clock, one of which a writer and a tick live for at most. */
const stepMs = 30_000;
const lifeMs = stepMs;
const minuteMs = 60_000;
/** For how long the clock moves while writers and ticks step. */
const storyMs = 2 * stepMs;

/** A look once more, and the wait for the next tick. */
const longestDelayMs = 2 * minuteMs;

/** How a timer was forgotten: the steps that led to it. */
export class Forgotten extends Error {
  override readonly name = 'Forgotten';
}

/**
 * Lets writers and ticks step in every order, while the clock moves between any two steps. Any of them can also stop for good
 * at any step. After each step the rest is left to ticks that come every minute: every timer that was committed must fire, at
 * the latest two minutes after its time or its commit.
 *
 * @param delaysMs when the timers of the writers are due, counted from the beginning
 * @returns how many different states it has been through
 * @throws Forgotten
 */
export function tryEveryOrder({
  delaysMs,
  item = { looked_at: noon - minuteMs },
  inDatabase = [],
  with: changed = {},
}: {
  delaysMs: readonly number[];
  /** The item at the beginning. Default: a tick has looked a minute ago, and nothing was due. */
  item?: DueTime;
  /** Timers that are in the database already, counted likewise. */
  inDatabase?: readonly number[];
  with?: Partial<Rules>;
}): number {
  const applied = { ...rules, ...changed };
  const seen = new Set<string>();
  const first: World = {
    now: noon,
    item,
    writers: delaysMs.map((delay) => ({ at: noon + delay })),
    ticks: [{ step: 'idle' }, { step: 'idle' }],
    ticksLeft: 2,
    timers: inDatabase.map((delay) => ({ at: noon + delay, since: noon })),
  };
  // Not by recursion, because a story has more steps than a stack has room.
  const open: { world: World; story: Story | undefined }[] = [{ world: first, story: undefined }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { world, story } = next;
    const key = JSON.stringify(world);
    if (seen.has(key)) continue;
    seen.add(key);
    const forgotten = forgottenBy(world, applied);
    if (forgotten !== undefined) {
      throw new Forgotten(`A timer due after ${forgotten - noon} ms does not fire: ${told(story)}`);
    }
    for (const [what, after] of stepsFrom(world, applied))
      open.push({ world: after, story: { what, before: story } });
  }
  return seen.size;
}

/** The last step, and those before it. */
interface Story {
  what: string;
  before: Story | undefined;
}

const told = (story: Story | undefined): string =>
  story === undefined ? 'from the beginning' : `${told(story.before)}, ${story.what}`;

function* stepsFrom(world: World, applied: Rules): Generator<[what: string, after: World]> {
  const { now, item, writers, ticks, timers } = world;
  if (now < noon + storyMs) yield ['the clock moves', { ...world, now: now + stepMs }];

  for (const [index, writer] of writers.entries()) {
    const name = `writer ${index}`;
    const { at, begun, committed } = writer;
    if (committed !== undefined || (begun !== undefined && now - begun > lifeMs)) continue;
    const with_ = (changes: Partial<Writer>) => ({
      writers: writers.with(index, { ...writer, begun: begun ?? now, ...changes }),
    });
    const sure = { item: applied.by(item, at) };
    const written = { timers: [...timers, { at, since: Math.max(at, now) }] };
    if (begun === undefined) {
      yield [`${name} begins`, { ...world, ...(applied.isSureFirst ? sure : written), ...with_({}) }];
    } else {
      const last = applied.isSureFirst ? written : sure;
      yield [`${name} ends`, { ...world, ...last, ...with_({ committed: now }) }];
    }
  }

  for (const [index, tick] of ticks.entries()) {
    const name = `tick ${index}`;
    const with_ = (changed: Tick) => ({ ticks: ticks.with(index, changed) });
    if (tick.step === 'idle') {
      // Idle ones are alike.
      if (world.ticksLeft === 0 || index !== ticks.findIndex(({ step }) => step === 'idle')) continue;
      // It may be told to look, too. If it reads that there is nothing to do, it ends.
      const changes = with_({ step: 'has read', read: item, startedAt: now });
      yield [`${name} reads`, { ...world, ...changes, ticksLeft: world.ticksLeft - 1 }];
      continue;
    }
    // One that has died leaves its place to the next.
    if (now - tick.startedAt > lifeMs) yield [`${name} is dead`, { ...world, ...with_({ step: 'idle' }) }];
    else if (tick.step === 'has read') {
      const { left, next_due } = look(world);
      yield [
        `${name} looks`,
        { ...world, timers: left, ...with_({ ...tick, step: 'has looked', next_due }) },
      ];
    } else {
      const replaced = applied.mayReplace(tick.read, item)
        ? { item: applied.afterLook(tick.read, { ...tick, now }) }
        : {};
      yield [`${name} ends`, { ...world, ...replaced, ...with_({ step: 'idle' }) }];
    }
  }
}

/** Fires what is due, and asks what is next. */
function look({ timers, now }: World) {
  const left = timers.filter(({ at }) => at > now);
  return { left, next_due: left.length > 0 ? Math.min(...left.map(({ at }) => at)) : null };
}

/** The time of a timer that ticks do not fire in time which come every minute from now on, if there is one. */
function forgottenBy(world: World, applied: Rules): number | undefined {
  const latest = Math.max(...world.timers.map(({ at, since }) => Math.max(at, since)));
  let state = world;
  while (state.timers.length > 0) {
    const late = state.timers.find(({ since }) => state.now - Math.max(since, world.now) > longestDelayMs);
    if (late || state.now > latest + longestDelayMs + minuteMs) return (late ?? state.timers[0])?.at;
    const { item, now } = state;
    if (applied.isTimeToLook(item, now)) {
      const { left, next_due } = look(state);
      const after = applied.afterLook(item, { startedAt: now, next_due, now });
      state = { ...state, timers: left, item: after };
    }
    state = { ...state, now: now + minuteMs };
  }
  return undefined;
}
