import type { PageEvent } from '../../client/src/environment.ts';
import type { NotificationFilter } from '../../client/src/types.ts';
import type { Action } from '../../functions/core/status.ts';
import type { Dice } from '../world/dice.ts';
import type { Sender } from '../world/senders.ts';
import type { Weather } from '../world/weather.ts';
import { type Climate, createWeather } from './climate.ts';

/** Something that somebody does. Numbers are taken modulo how many there are, so that any operation fits any moment. */
export type Operation =
  | {
      kind: 'create';
      users: number[];
      key: string;
      type: string | null;
      scope?: string | undefined;
      group?: string | undefined;
      /** All of these are in seconds. */
      alertAfterS?: number | undefined;
      expiresInS?: number | undefined;
      deliverInS?: number | undefined;
      hasButtons?: boolean | undefined;
      sender?: Sender | undefined;
      retries: number;
    }
  /** A producer sends again what it has sent before, or other content under the same key. */
  | { kind: 'repeat'; nth: number; isOther: boolean }
  | { kind: 'burst'; user: number; key: string; count: number }
  /**
   * `hasButtons` gives it buttons, or takes them away. `expiresInS` is its expiry from now, or null: none any more.
   * `type` is another one.
   */
  | {
      kind: 'edit';
      nth: number;
      title: string;
      realert: boolean;
      hasButtons?: boolean | undefined;
      expiresInS?: number | null | undefined;
      type?: string | undefined;
      sender?: Sender | undefined;
    }
  | { kind: 'retract'; nth: number; sender?: Sender | undefined }
  | { kind: 'cancel'; nth: number }
  | { kind: 'retract group'; group: string; sender?: Sender | undefined }
  /** By a program that has the user's token, on no tab. */
  | { kind: 'mark'; user: number; nth: number; action: Action }
  | ({ kind: 'read all' | 'archive read' | 'see'; user: number } & Within)
  /** `isGuarded`: it leaves alone what has moved up meanwhile. */
  | { kind: 'mark many'; user: number; nths: number[]; action: Action; isGuarded: boolean }
  | { kind: 'snooze'; user: number; nth: number; seconds: number }
  | { kind: 'unsnooze'; user: number; nth: number }
  | { kind: 'press' | 'unpress'; user: number; nth: number; button: string }
  | { kind: 'prefer'; user: number; type: string; isOn: boolean }
  /** A notification becomes unread again at the top. */
  | { kind: 'move up'; user: number; nth: number }
  /** By the user, in a tab. */
  | { kind: 'click'; tab: number; nth: number; action: Action }
  | { kind: 'click many'; tab: number; nth: number; count: number; action: Action }
  | { kind: 'click snooze'; tab: number; nth: number; seconds: number }
  | { kind: 'click unsnooze'; tab: number; nth: number }
  | { kind: 'click press' | 'click unpress'; tab: number; nth: number; button: string }
  /** Two devices of a user press different buttons at once. `isTakenBack`: then the first takes it back, and the other wins. */
  | { kind: 'contest'; tab: number; nth: number; rival: number; isTakenBack: boolean }
  | { kind: 'click all' | 'click archive read' | 'click seen'; tab: number }
  | { kind: 'load more' | 'refresh' | 'stop' | 'close tab' | 'freeze' | 'thaw'; tab: number }
  | { kind: 'filter'; tab: number; filter: NotificationFilter }
  | { kind: 'page'; tab: number; event: PageEvent }
  | ({ kind: 'open tab'; browser: number; filter: NotificationFilter; pageSize: number } & Opening)
  | { kind: 'sign in'; browser: number; user: number; isAnnounced: boolean }
  | { kind: 'offline' | 'online'; browser: number }
  /** The gateway closes every socket, as in a deployment. */
  | { kind: 'cut' }
  | { kind: 'retention' }
  /** `tick`: one more now. `tick down`: none comes until the tick is up. */
  | { kind: 'tick' | 'tick down' | 'tick up' }
  /**
   * Every socket, or every other tab, says something of a user who is not signed in: a frame as of so many versions after
   * the reader's. `isMixed`: it names the reader, and only its notification is of the other user.
   */
  | { kind: 'stray'; versions: number; isMessage: boolean; isMixed: boolean }
  /** Time passes until shortly before some connection's last push. */
  | { kind: 'await expiry'; beforeMs: number }
  /** Every token that was issued until now is refused from now on. */
  | { kind: 'revoke' }
  /** A moment of quiet, after which every page that pushes come to must be right. */
  | { kind: 'look' }
  /** A user comes back to a page, which must have a socket a moment later and be right; where nothing is wrong. */
  | { kind: 'use'; tab: number }
  /**
   * The browser's sockets die without a word while the user sees this page alone, which must have one again within 75
   * seconds; where nothing is wrong.
   */
  | { kind: 'silence'; tab: number }
  | { kind: 'weather'; weather: Weather };

/** An operation and its moment. */
export interface Step {
  /** Names its seed. It stays the same when other steps are removed. */
  id: number;
  /** How long after the step before, in milliseconds. */
  afterMs: number;
  operation: Operation;
}

/** Up to some row, or everything; of a scope and of types. Default: all. */
export interface Within {
  nth: number | null;
  scope?: string | undefined;
  types?: string[] | undefined;
}

/** How a page is opened. */
export interface Opening {
  /** The scope of its frontend. Default: none. */
  scope?: string | undefined;
  /** `initialData` of this user: of now, or that of an earlier page. Default: none. */
  initialData?: { user: number; isKept: boolean };
  /** The option `userId`: the user who is signed in, by the service's id or by one of the app's own. Default: none. */
  userId?: "the service's" | "the app's";
}

export const filters: [NotificationFilter, ...NotificationFilter[]] = [
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

export function create(dice: Dice, users: number, id: number): Operation {
  const isBatch = dice.chance(0.15);
  return {
    kind: 'create',
    users: isBatch ? Array.from({ length: users }, (_, user) => user) : [dice.below(users)],
    key: `key ${id}`,
    type: dice.chance(0.4) ? 'news' : null,
    retries: dice.below(4),
  };
}

export const openTab = (dice: Dice, browser: number): Operation => ({
  kind: 'open tab',
  browser,
  filter: dice.pick(filters),
  pageSize: dice.pick([2, 3, 5, 20]),
});

type Maker = (id: number) => Operation;

/** Makes single operations, each kind of them as often as the climate has it; `id` is that of the step. */
export function createOperations(dice: Dice, users: number, climate: Climate): (id: number) => Operation {
  const any = () => dice.below(1_000);
  const often = (count: number, make: Maker) => Array.from({ length: count }, () => make);
  const [isStormy, isOrderly] = [climate === 'stormy', climate === 'orderly'];
  const always = [
    ...often(10, (id) => create(dice, users, id)),
    ...often(3, () => ({ kind: 'repeat', nth: any(), isOther: dice.chance(0.15) })),
    ...often(1, (id) => ({ kind: 'burst', user: any(), key: `burst ${id}`, count: 18 + dice.below(8) })),
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
    ...often(1, () => ({ kind: 'freeze', tab: any() })),
    ...often(isStormy ? 0 : 1, () => ({ kind: 'use', tab: any() })),
    ...often(isStormy ? 2 : 0, () => ({ kind: 'offline', browser: any() })),
    ...often(isStormy ? 1 : 0, () => ({ kind: 'weather', weather: createWeather(dice) })),
  ];
  const possible = isOrderly ? always : [...always, ...outages];
  // There is always one.
  const makers = possible as [Maker, ...Maker[]];
  return (id) => dice.pick(makers)(id);
}
