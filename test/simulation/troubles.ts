import type { Dice } from './dice.ts';
import { create, filters, type Operation, openTab } from './operation.ts';
import { calm } from './weather.ts';

/** Pushes fail, and are tried again when their connections have just expired. */
export const expiry = (dice: Dice, users: number, id: number): Operation[] => [
  { kind: 'offline', browser: dice.below(1_000) },
  { kind: 'weather', weather: { ...calm, postFailure: 0.9 } },
  { kind: 'await expiry', beforeMs: dice.below(4_000) },
  create(dice, users, id + 3),
];

/** Tabs push each other out, while hardly anybody can be told. */
export const crowd = (dice: Dice): Operation[] => {
  const browser = dice.below(1_000);
  return [
    { kind: 'weather', weather: { ...calm, postFailure: 0.9, throttle: 0.4 } },
    ...Array.from({ length: 3 }, () => openTab(dice, browser)),
    { kind: 'cut' },
  ];
};

/** A page is left while it loads, and comes back with another list. */
export const away = (dice: Dice): Operation[] => {
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
export const race = (dice: Dice): Operation[] => {
  const tab = dice.below(1_000);
  return [
    { kind: 'load more', tab },
    { kind: 'load more', tab: tab + 1 },
    { kind: 'read all', user: dice.below(1_000), nth: null },
    { kind: 'refresh', tab },
    { kind: 'load more', tab },
  ];
};
