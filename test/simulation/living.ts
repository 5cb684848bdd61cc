import type { Dice } from '../world/dice.ts';
import type { Operation, Step } from './operation.ts';

const minuteS = 60;
const groups: [string, ...string[]] = ['bookings', 'replies'];
const buttons: [string, ...string[]] = ['accept', 'decline'];

/**
 * Adds to a schedule what lives on after it was created: groups, times, buttons, creates that are sent later, commands that
 * edit and retract, snoozes, and ticks that do not come, or two at once. It takes chance from dice of its own, so that
 * everything else in a schedule stays the same.
 */
export function addLiving(dice: Dice, steps: Step[]): void {
  if (dice.chance(0.3)) return;
  for (const { operation } of steps) enliven(dice, operation);
  for (let count = 4 + dice.below(16); count > 0; count -= 1) {
    const step = { id: 4_000 + count, afterMs: pause(dice) };
    // The ids of the other steps stay, and with them their seeds.
    steps.splice(dice.below(steps.length + 1), 0, { ...step, operation: makeOne(dice, step.id) });
  }
  if (dice.chance(0.3)) addOutage(dice, steps);
}

/** Gives a create a group, times or buttons, a list the snoozed ones, and functions busy inboxes and clocks that are behind. */
function enliven(dice: Dice, operation: Operation): void {
  switch (operation.kind) {
    case 'create':
      if (dice.chance(0.35)) operation.group = dice.pick(groups);
      if (dice.chance(0.25)) operation.alertAfterS = seconds(dice, 1, 4);
      // Beyond the patience of a producer, who may try a last time after 40 seconds.
      if (dice.chance(0.2)) operation.expiresInS = seconds(dice, 5, 12);
      if (dice.chance(0.15)) operation.deliverInS = seconds(dice, 1, 4);
      if (dice.chance(0.3)) operation.hasButtons = true;
      return;
    case 'open tab':
    case 'filter':
      if (dice.chance(0.2))
        operation.filter = {
          status: dice.pick([['snoozed'], ['unread', 'snoozed'], ['archived', 'snoozed']]),
        };
      return;
    case 'weather':
      operation.weather = {
        ...operation.weather,
        busyInbox: dice.chance(0.5) ? dice.random() * 0.5 : 0,
        clockBehindMs: dice.chance(0.3) ? 5_000 : 0,
      };
  }
}

/** The tick is down for a while, in which time jumps, and comes back alone or beside another. */
function addOutage(dice: Dice, steps: Step[]): void {
  const start = dice.below(steps.length + 1);
  const end = start + 1 + dice.below(steps.length + 1 - start);
  const jumpMs = dice.below(6 * minuteS) * 1_000;
  steps.splice(start, 0, { id: 4_101, afterMs: 0, operation: { kind: 'tick down' } });
  steps.splice(end, 0, { id: 4_102, afterMs: jumpMs, operation: { kind: 'tick up' } });
  if (!dice.chance(0.6)) return;
  for (const id of [4_103, 4_104])
    steps.splice(end + 1, 0, { id, afterMs: dice.below(20), operation: { kind: 'tick' } });
}

const any = (dice: Dice) => dice.below(1_000);

const seconds = (dice: Dice, fromMinutes: number, toMinutes: number): number =>
  fromMinutes * minuteS + dice.below((toMinutes - fromMinutes) * minuteS);

/** Mostly short, and sometimes so long that something becomes due. */
function pause(dice: Dice): number {
  const roll = dice.random();
  if (roll < 0.5) return 0;
  if (roll < 0.8) return dice.below(1_500);
  return dice.below(2 * minuteS) * 1_000;
}

type Maker = (dice: Dice, id: number) => Operation;

const often = (count: number, make: Maker): Maker[] => Array.from({ length: count }, () => make);

// There is always one.
const makers = [
  ...often(4, (dice, id) => ({
    kind: 'edit',
    nth: any(dice),
    title: `Edited ${id}`,
    realert: dice.chance(0.5),
    hasButtons: dice.chance(0.3) ? dice.chance(0.5) : undefined,
  })),
  ...often(3, (dice) => ({ kind: 'retract', nth: any(dice) })),
  ...often(1, (dice) => ({ kind: 'retract group', group: dice.pick(groups) })),
  ...often(2, (dice) => ({ kind: 'cancel', nth: any(dice) })),
  // A request may take its time.
  ...often(3, (dice) => ({ kind: 'snooze', user: any(dice), nth: any(dice), seconds: seconds(dice, 2, 4) })),
  ...often(2, (dice) => ({ kind: 'unsnooze', user: any(dice), nth: any(dice) })),
  ...often(2, (dice) => ({ kind: 'press', user: any(dice), nth: any(dice), button: dice.pick(buttons) })),
  ...often(1, (dice) => ({ kind: 'unpress', user: any(dice), nth: any(dice), button: dice.pick(buttons) })),
  ...often(4, (dice) => ({
    kind: 'click snooze',
    tab: any(dice),
    nth: any(dice),
    seconds: seconds(dice, 2, 4),
  })),
  ...often(1, (dice) => ({ kind: 'click unsnooze', tab: any(dice), nth: any(dice) })),
  ...often(3, (dice) => ({
    kind: 'click press',
    tab: any(dice),
    nth: any(dice),
    button: dice.pick(buttons),
  })),
  ...often(1, (dice) => ({
    kind: 'click unpress',
    tab: any(dice),
    nth: any(dice),
    button: dice.pick(buttons),
  })),
  ...often(1, () => ({ kind: 'tick' })),
] as [Maker, ...Maker[]];

const makeOne = (dice: Dice, id: number): Operation => dice.pick(makers)(dice, id);
