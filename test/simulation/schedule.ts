import type { BrowserSettings } from '../world/browser.ts';
import type { Installation } from '../world/cloud.ts';
import { createDice, type Dice } from '../world/dice.ts';
import { addBells } from './bells.ts';
import { type Climate, createOrderlyWeather, createWeather } from './climate.ts';
import { addDisputes } from './disputes.ts';
import { addLiving } from './living.ts';
import { create, createOperations, type Operation, openTab, type Step } from './operation.ts';
import { addUsers } from './signing-in.ts';
import { forgotten, outdatedPage, troubleOf } from './troubles.ts';

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
  const operationOf = createOperations(dice, users, climate);
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
    const trouble = troubleOf(dice, users, steps.length, climate);
    for (const each of trouble?.operations ?? []) add(each, dice.below(trouble?.withinMs ?? 0));
    add(operationOf(steps.length));
  }
  if (climate === 'orderly') add({ kind: 'look' });
  const isForgotten = climate === 'stormy' && dice.chance(0.1);
  if (isForgotten) for (const each of forgotten(dice, users, steps.length)) add(each, 500);
  if (climate === 'orderly') addOutdatedPage(createDice(seed, 'outdated page'), steps);
  addUsers(createDice(seed, 'users'), { steps, users, browsers });
  addBells(createDice(seed, 'bells'), steps);
  addLiving(createDice(seed, 'living'), steps);
  addDisputes(createDice(seed, 'disputes'), users, steps);
  return {
    seed,
    installation: {
      connectionLimit: climate === 'orderly' ? 10 : dice.pick([10, 3, 2, 2, 1]),
      minimumLifetimeMs: dice.pick([15 * minute, 15 * minute, 0]),
      archiveAfterDays: dice.pick([0.002, 0.02]),
      deleteAfterDays: dice.pick([0.01, 0.03]),
      isIsolated: dice.chance(0.25),
      mostChanges: dice.pick([1_000, 1_000, 8, 3]),
    },
    // A client that renews its socket also asks for changes, and so would not forget.
    tokenLifeMs: (isForgotten ? 60 : dice.pick([2, 15, 15, 60])) * minute,
    users,
    browsers,
    isUsedAtEnd: !isForgotten && dice.chance(0.75),
    steps,
  };
}

/** Takes chance from dice of its own, so that everything else in a schedule stays the same. */
function addOutdatedPage(dice: Dice, steps: Step[]): void {
  const weather = steps.findIndex(({ operation }) => operation.kind === 'weather');
  const operation = steps[weather]?.operation;
  if (operation?.kind !== 'weather') return;
  const block = outdatedPage(dice, operation.weather).map((operation, index) => ({
    id: 2_000 + index,
    afterMs: 200 + dice.below(400),
    operation,
  }));
  steps.splice(weather + 1 + dice.below(steps.length - weather), 0, ...block);
}

/** Often none, so that several things are under way together, and seldom very long. */
function pause(dice: Dice, climate: Climate): number {
  const roll = dice.random();
  if (climate === 'orderly') return roll < 0.6 ? 0 : dice.below(1_500);
  if (roll < 0.35) return 0;
  if (roll < 0.85) return dice.below(1_500);
  if (roll < 0.96) return dice.below(minute);
  if (roll < 0.99) return dice.below(12 * minute);
  return dice.below(130 * minute);
}
