import type { PageEvent } from '../../client/src/environment.ts';
import type { NotificationFilter } from '../../client/src/types.ts';
import type { Action } from '../../functions/core/notification.ts';
import type { BrowserSettings } from './browser.ts';
import type { Installation } from './cloud.ts';
import { createDice, type Dice } from './dice.ts';
import { calm, type Weather } from './weather.ts';

/** Something that somebody does. Numbers are taken modulo how many there are, so that any operation fits any moment. */
export type Operation =
  | { kind: 'create'; users: number[]; key: string; type: string | null; retries: number }
  /** A producer sends again what it has sent before, or other content under the same key. */
  | { kind: 'repeat'; nth: number; isOther: boolean }
  | { kind: 'burst'; user: number; key: string; count: number }
  /** By a program that has the user's token, on no tab. */
  | { kind: 'mark'; user: number; nth: number; action: Action }
  | { kind: 'read all'; user: number; nth: number | null }
  /** By the user, in a tab. */
  | { kind: 'click'; tab: number; nth: number; action: Action }
  | { kind: 'click all'; tab: number }
  | { kind: 'load more' | 'refresh' | 'stop' | 'close tab' | 'freeze' | 'thaw'; tab: number }
  | { kind: 'filter'; tab: number; filter: NotificationFilter }
  | { kind: 'page'; tab: number; event: PageEvent }
  | { kind: 'open tab'; browser: number; filter: NotificationFilter; pageSize: number }
  | { kind: 'sign in'; browser: number; user: number; isAnnounced: boolean }
  | { kind: 'offline' | 'online'; browser: number }
  /** The gateway closes every socket, as in a deployment. */
  | { kind: 'cut' }
  | { kind: 'retention' }
  /** Time passes until shortly before some connection's last push. */
  | { kind: 'await expiry'; beforeMs: number }
  /** Every token that was issued until now is refused from now on. */
  | { kind: 'revoke' }
  /** A moment of quiet, after which every page that pushes come to must be right. */
  | { kind: 'look' }
  | { kind: 'weather'; weather: Weather };

/** An operation and its moment. */
export interface Step {
  /** Names its luck: stays the same when other steps are taken out. */
  id: number;
  /** How long after the step before, in milliseconds. */
  afterMs: number;
  operation: Operation;
}

export interface Schedule {
  seed: number;
  installation: Installation;
  tokenLifeMs: number;
  users: number;
  browsers: (BrowserSettings & { user: number })[];
  /** Whether at the end the pages are used, or left to themselves. */
  isUsedAtEnd: boolean;
  steps: Step[];
}

const minute = 60_000;
const filters: [NotificationFilter, ...NotificationFilter[]] = [
  {},
  {},
  {},
  { type: 'news' },
  { status: ['unread'] },
  { status: ['read'] },
];
const actions: [Action, ...Action[]] = ['read', 'read', 'unread', 'archive', 'unarchive'];
const pageEvents: [PageEvent, ...PageEvent[]] = [
  'visibilitychange',
  'pointerdown',
  'online',
  'pagehide',
  'pageshow',
];

/**
 * Whether everything may go wrong; or no frame is lost, and only late, twice and in disorder, so that every page must be
 * right as soon as it is quiet; or nothing at all is wrong.
 */
type Climate = 'stormy' | 'orderly' | 'clear';

/** What happens in the world of a seed. */
export function createSchedule(seed: number): Schedule {
  const dice = createDice(seed, 'schedule');
  const users = 1 + dice.below(2);
  const browsers = Array.from({ length: 1 + dice.below(2) }, () => ({
    user: dice.below(users),
    clockAheadMs: dice.chance(0.2) ? dice.pick([-90_000, 90_000, -15 * minute, 15 * minute]) : 0,
    clockRate: dice.chance(0.15) ? dice.pick([0.98, 1.02]) : 1,
    canShare: dice.chance(0.7),
  }));
  const climate = dice.pick<Climate>(['orderly', 'orderly', 'stormy', 'stormy', 'stormy', 'clear']);
  const steps: Step[] = [];
  const add = (operation: Operation, afterMs = pause(dice, climate)) =>
    steps.push({ id: steps.length, afterMs, operation });

  for (let count = dice.below(8); count > 0; count -= 1) add(create(dice, users, steps.length), 0);
  for (let browser = 0; browser < browsers.length; browser += 1) {
    const isSession = dice.chance(0.3);
    for (let count = isSession ? 4 : 1 + dice.below(2); count > 0; count -= 1) {
      add(openTab(dice, browser), isSession ? dice.below(2) : undefined);
    }
  }
  if (climate === 'stormy') add({ kind: 'weather', weather: createWeather(dice) });
  if (climate === 'orderly') add({ kind: 'weather', weather: createOrderlyWeather(dice) });
  for (let count = 10 + dice.below(35); count > 0; count -= 1) {
    if (climate === 'stormy' && dice.chance(0.04)) {
      const trouble = dice.chance(0.5) ? expiry(dice, users, steps.length) : crowd(dice);
      for (const each of trouble) add(each, 0);
    }
    if (climate !== 'orderly' && dice.chance(0.02))
      for (const each of away(dice)) add(each, dice.below(2) * 700);
    if (climate === 'orderly' && dice.chance(0.05))
      for (const each of race(dice)) add(each, dice.below(2) * 200);
    add(createOperation(dice, steps.length, users, climate));
  }
  if (climate === 'orderly') add({ kind: 'look' });
  return {
    seed,
    installation: {
      connectionLimit: climate === 'orderly' ? 10 : dice.pick([10, 3, 2, 2, 1]),
      minimumLifetimeMs: dice.pick([15 * minute, 15 * minute, 0]),
      archiveAfterDays: dice.pick([0.002, 0.02]),
      deleteAfterDays: dice.pick([0.01, 0.03]),
    },
    tokenLifeMs: dice.pick([2, 15, 15, 60]) * minute,
    users,
    browsers,
    isUsedAtEnd: dice.chance(0.75),
    steps,
  };
}

/** Often none, so that several things are under way together, and seldom very long. */
function pause(dice: Dice, climate: Climate): number {
  const luck = dice.random();
  if (climate === 'orderly') return luck < 0.6 ? 0 : dice.below(1_500);
  if (luck < 0.35) return 0;
  if (luck < 0.85) return dice.below(1_500);
  if (luck < 0.96) return dice.below(minute);
  if (luck < 0.99) return dice.below(12 * minute);
  return dice.below(130 * minute);
}

/** Each fault is there or not, and seldom or often. */
function createWeather(dice: Dice): Weather {
  const some = (most: number) => (dice.chance(0.45) ? dice.random() * most : 0);
  return {
    frameLoss: some(0.5),
    frameRepetition: some(0.5),
    frameDelayMs: dice.chance(0.4) ? dice.below(1_500) : calm.frameDelayMs,
    requestLoss: some(0.3),
    requestDelayMs: dice.chance(0.4) ? dice.below(2_500) : calm.requestDelayMs,
    crash: some(0.5),
    stepMs: dice.chance(0.3) ? dice.below(400) : calm.stepMs,
    postFailure: some(0.6),
    throttle: some(0.3),
    databaseFailure: some(0.3),
    lateCommit: some(0.3),
    missedDisconnect: some(1),
  };
}

/** No frame is lost, but everything takes its time. */
const createOrderlyWeather = (dice: Dice): Weather => ({
  ...calm,
  frameRepetition: dice.chance(0.5) ? 0.3 : 0,
  frameDelayMs: dice.pick([20, 300, 1_500]),
  requestDelayMs: dice.pick([20, 300, 1_000]),
  requestLoss: dice.chance(0.3) ? 0.3 : 0,
  stepMs: dice.pick([3, 50, 300]),
});

/** Pushes fail, and are tried again when their connections have just expired. */
const expiry = (dice: Dice, users: number, id: number): Operation[] => [
  { kind: 'offline', browser: dice.below(1_000) },
  { kind: 'weather', weather: { ...calm, postFailure: 0.9 } },
  { kind: 'await expiry', beforeMs: dice.below(4_000) },
  create(dice, users, id + 3),
];

/** Tabs push each other out, while hardly anybody can be told. */
const crowd = (dice: Dice): Operation[] => {
  const browser = dice.below(1_000);
  return [
    { kind: 'weather', weather: { ...calm, postFailure: 0.9, throttle: 0.4 } },
    ...Array.from({ length: 3 }, () => openTab(dice, browser)),
    { kind: 'cut' },
  ];
};

/** A page is left while it loads, and comes back with another list. */
const away = (dice: Dice): Operation[] => {
  const tab = dice.below(1_000);
  return [
    { kind: 'refresh', tab },
    { kind: 'load more', tab },
    { kind: 'page', tab, event: 'pagehide' },
    { kind: 'filter', tab, filter: dice.pick(filters) },
    { kind: 'page', tab, event: 'pageshow' },
  ];
};

/** Older pages are on their way while everything in them changes. */
const race = (dice: Dice): Operation[] => {
  const tab = dice.below(1_000);
  return [
    { kind: 'load more', tab },
    { kind: 'load more', tab: tab + 1 },
    { kind: 'read all', user: dice.below(1_000), nth: null },
    { kind: 'refresh', tab },
    { kind: 'load more', tab },
  ];
};

function create(dice: Dice, users: number, id: number): Operation {
  const isBatch = dice.chance(0.15);
  return {
    kind: 'create',
    users: isBatch ? Array.from({ length: users }, (_, user) => user) : [dice.below(users)],
    key: `key ${id}`,
    type: dice.chance(0.4) ? 'news' : null,
    retries: dice.below(4),
  };
}

const openTab = (dice: Dice, browser: number): Operation => ({
  kind: 'open tab',
  browser,
  filter: dice.pick(filters),
  pageSize: dice.pick([2, 3, 5, 20]),
});

function createOperation(dice: Dice, id: number, users: number, climate: Climate): Operation {
  const any = () => dice.below(1_000);
  const often = (count: number, make: () => Operation) => Array.from({ length: count }, () => make);
  const [isStormy, isOrderly] = [climate === 'stormy', climate === 'orderly'];
  const always = [
    ...often(10, () => create(dice, users, id)),
    ...often(3, () => ({ kind: 'repeat', nth: any(), isOther: dice.chance(0.15) })),
    ...often(1, () => ({ kind: 'burst', user: any(), key: `burst ${id}`, count: 18 + dice.below(8) })),
    ...often(4, () => ({ kind: 'mark', user: any(), nth: any(), action: dice.pick(actions) })),
    ...often(2, () => ({ kind: 'read all', user: any(), nth: dice.chance(0.7) ? any() : null })),
    ...often(7, () => ({ kind: 'click', tab: any(), nth: any(), action: dice.pick(actions) })),
    ...often(2, () => ({ kind: 'click all', tab: any() })),
    ...often(isOrderly ? 9 : 4, () => ({ kind: 'load more', tab: any() })),
    ...often(1, () => ({ kind: 'refresh', tab: any() })),
    ...often(isOrderly ? 3 : 1, () => ({ kind: 'filter', tab: any(), filter: dice.pick(filters) })),
    ...often(isOrderly ? 5 : 2, () => openTab(dice, any())),
    ...often(isOrderly ? 3 : 0, () => ({ kind: 'close tab', tab: any() })),
    ...often(isOrderly ? 2 : 0, () => ({ kind: 'look' })),
  ];
  const outages = [
    ...often(1, () => ({ kind: dice.pick(['stop', 'close tab']), tab: any() })),
    ...often(3, () => ({ kind: 'page', tab: any(), event: dice.pick(pageEvents) })),
    ...often(1, () => ({ kind: 'sign in', browser: any(), user: any(), isAnnounced: dice.chance(0.5) })),
    ...often(1, () => ({ kind: 'thaw', tab: any() })),
    ...often(2, () => ({ kind: 'online', browser: any() })),
    ...often(1, () => ({ kind: 'cut' })),
    ...often(1, () => ({ kind: 'retention' })),
    ...often(1, () => ({ kind: 'revoke' })),
    ...often(isStormy ? 1 : 0, () => ({ kind: 'freeze', tab: any() })),
    ...often(isStormy ? 2 : 0, () => ({ kind: 'offline', browser: any() })),
    ...often(isStormy ? 1 : 0, () => ({ kind: 'weather', weather: createWeather(dice) })),
  ];
  const possible = isOrderly ? always : [...always, ...outages];
  // There is always one.
  return dice.pick(possible as [(typeof possible)[number], ...typeof possible])();
}
