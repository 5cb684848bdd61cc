import type { Dice } from '../world/dice.ts';
import { calm, type Weather } from '../world/weather.ts';
import type { Climate } from './climate.ts';
import { create, filters, type Operation, openTab } from './operation.ts';

/** Operations that only together are trouble, and the longest pause before each of them. */
interface Trouble {
  operations: Operation[];
  withinMs: number;
}

/** What the climate brings before the next operation, whose step has this id: mostly nothing. */
export function troubleOf(dice: Dice, users: number, id: number, climate: Climate): Trouble | undefined {
  const roll = dice.random();
  switch (climate) {
    case 'stormy':
      if (roll < 0.02) return { operations: expiry(dice, users, id), withinMs: 0 };
      if (roll < 0.04) return { operations: crowd(dice), withinMs: 0 };
      if (roll < 0.06) return { operations: away(dice), withinMs: 1_000 };
      return undefined;
    case 'orderly':
      if (roll < 0.08) return { operations: race(dice), withinMs: 200 };
      if (roll < 0.12) return { operations: welcome(dice, users, id), withinMs: 2_000 };
      if (roll < 0.16) return { operations: reconnection(dice, users, id), withinMs: 800 };
      if (roll < 0.18) return { operations: turn(dice), withinMs: 800 };
      return undefined;
    case 'clear':
      if (roll < 0.02) return { operations: away(dice), withinMs: 1_000 };
      if (roll < 0.06) return { operations: frozen(dice, users, id), withinMs: 2_000 };
      if (roll < 0.08) return { operations: [{ kind: 'silence', tab: dice.below(1_000) }], withinMs: 2_000 };
      return undefined;
  }
}

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

/** An older page is on its way, and so is the answer to a request for changes, while everything in the page is read. */
export const outdatedPage = (dice: Dice, weather: Weather): Operation[] => {
  const tab = dice.below(1_000);
  return [
    { kind: 'weather', weather: { ...weather, frameDelayMs: 20, requestDelayMs: 1_000 } },
    { kind: 'load more', tab },
    { kind: 'read all', user: dice.below(1_000), nth: null },
    { kind: 'refresh', tab },
    { kind: 'look' },
    { kind: 'weather', weather },
  ];
};

/** An older page is on its way while its list is left for another one. */
const turn = (dice: Dice): Operation[] => {
  const tab = dice.below(1_000);
  return [
    { kind: 'filter', tab, filter: {} },
    { kind: 'look' },
    { kind: 'load more', tab },
    { kind: 'filter', tab, filter: dice.pick(filters) },
    { kind: 'load more', tab },
    { kind: 'look' },
  ];
};

/** Something changes while a page opens its socket, and then nothing for a while. */
const welcome = (dice: Dice, users: number, id: number): Operation[] => [
  openTab(dice, dice.below(1_000)),
  create(dice, users, id + 1),
  { kind: 'look' },
];

/** Lines are cut while something changes, and come back while pages ask already. */
const reconnection = (dice: Dice, users: number, id: number): Operation[] => {
  const tab = dice.below(1_000);
  return [
    { kind: 'cut' },
    { kind: 'refresh', tab },
    { kind: 'refresh', tab: tab + 1 },
    create(dice, users, id + 3),
    { kind: 'refresh', tab: tab + 2 },
    { kind: 'look' },
  ];
};

/** A tab is frozen, which may have the shared socket, and another one is looked at. */
const frozen = (dice: Dice, users: number, id: number): Operation[] => {
  const tab = dice.below(1_000);
  return [
    { kind: 'freeze', tab },
    create(dice, users, id + 1),
    { kind: 'use', tab: tab + 1 + dice.below(2) },
  ];
};

/** The last frame is lost, and nobody looks at the page. */
export const forgotten = (dice: Dice, users: number, id: number): Operation[] => [
  { kind: 'weather', weather: { ...calm, frameLoss: 1 } },
  create(dice, users, id + 1),
  { kind: 'weather', weather: calm },
];
