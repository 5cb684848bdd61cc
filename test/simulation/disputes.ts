import type { Dice } from '../world/dice.ts';
import { type Sender, senders } from '../world/senders.ts';
import type { Operation, Step } from './operation.ts';

const groups: [string, ...string[]] = ['bookings', 'replies'];
const spellings: [string, ...string[]] = ['payout', 'payout', 'PAYOUT'];
// The cast: these are its own keys, and there are some.
const names = Object.keys(senders) as [Sender, ...Sender[]];

/**
 * Adds to a schedule what several people are at odds about: commands of several senders, of whom only some may create what is
 * of a restricted type; edits of the expiry; and buttons that two devices of a user press at once. It takes chance from dice
 * of its own, so that everything else in a schedule stays the same.
 */
export function addDisputes(dice: Dice, users: number, steps: Step[]): void {
  if (dice.chance(0.4)) return;
  for (const { operation } of steps) dispute(dice, operation);
  for (let count = 4 + dice.below(14); count > 0; count -= 1) {
    const step = { id: 5_000 + count, afterMs: pause(dice) };
    // The ids of the other steps stay, and with them their seeds.
    steps.splice(dice.below(steps.length + 1), 0, { ...step, operation: makeOne(dice, users, step.id) });
  }
}

/** Gives a command a sender, a create a restricted type or buttons, and an edit an expiry. */
function dispute(dice: Dice, operation: Operation): void {
  switch (operation.kind) {
    case 'create':
      if (dice.chance(0.2)) operation.type = dice.pick(spellings);
      if (dice.chance(0.3)) operation.hasButtons = true;
      operation.sender = someone(dice);
      return;
    case 'edit':
      operation.expiresInS = expiry(dice);
      operation.sender = someone(dice);
      return;
    case 'retract':
    case 'retract group':
      operation.sender = someone(dice);
  }
}

const someone = (dice: Dice): Sender | undefined => (dice.chance(0.5) ? dice.pick(names) : undefined);

/** An expiry beyond the patience of a producer, or none any more, or the one that there is. */
function expiry(dice: Dice): number | null | undefined {
  const roll = dice.random();
  if (roll < 0.2) return undefined;
  return roll < 0.4 ? null : 120 + dice.below(480);
}

/** Mostly short, and sometimes so long that something expires. */
function pause(dice: Dice): number {
  const roll = dice.random();
  if (roll < 0.6) return 0;
  return roll < 0.85 ? dice.below(1_500) : dice.below(180) * 1_000;
}

const any = (dice: Dice) => dice.below(1_000);

type Maker = (dice: Dice, users: number, id: number) => Operation;

const often = (count: number, make: Maker): Maker[] => Array.from({ length: count }, () => make);

// There is always one.
const makers = [
  ...often(4, (dice, users, id) => ({
    kind: 'create',
    users: dice.chance(0.3) ? Array.from({ length: users }, (_, user) => user) : [any(dice)],
    key: `key ${id}`,
    type: dice.chance(0.6) ? dice.pick(spellings) : null,
    group: dice.chance(0.3) ? dice.pick(groups) : undefined,
    expiresInS: dice.chance(0.4) ? 300 + dice.below(400) : undefined,
    deliverInS: dice.chance(0.2) ? 60 + dice.below(120) : undefined,
    hasButtons: dice.chance(0.4),
    sender: dice.pick(names),
    retries: dice.below(3),
  })),
  ...often(5, (dice, _, id) => ({
    kind: 'edit',
    nth: any(dice),
    title: `Edited ${id}`,
    realert: dice.chance(0.5),
    expiresInS: expiry(dice),
    type: dice.chance(0.2) ? dice.pick(spellings) : undefined,
    sender: someone(dice),
  })),
  ...often(1, (dice) => ({ kind: 'retract', nth: any(dice), sender: dice.pick(names) })),
  ...often(1, (dice) => ({ kind: 'retract group', group: dice.pick(groups), sender: dice.pick(names) })),
  ...often(6, (dice) => ({
    kind: 'contest',
    tab: any(dice),
    nth: any(dice),
    rival: any(dice),
    isTakenBack: dice.chance(0.6),
  })),
] as [Maker, ...Maker[]];

const makeOne = (dice: Dice, users: number, id: number): Operation => dice.pick(makers)(dice, users, id);
