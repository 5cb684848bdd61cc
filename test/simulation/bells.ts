import type { NotificationFilter } from '../../client/src/types.ts';
import type { Action } from '../../functions/core/status.ts';
import type { Dice } from '../world/dice.ts';
import type { Operation, Step } from './operation.ts';

const scopes: [string, ...string[]] = ['attendee', 'organizer'];
const actions: [Action, ...Action[]] = ['read', 'unread', 'archive', 'unarchive'];
const filters: [NotificationFilter, ...NotificationFilter[]] = [
  { type: ['news', 'payout'] },
  { type: 'news' },
  { status: ['archived'] },
  { status: ['unread'], type: ['news', 'digest'] },
];

/**
 * Adds the bells of several frontends to a schedule: scopes, types that users switch on and off, lists of several types,
 * marks of several, archiving and seeing, and notifications that move up. It takes chance from dice of its own, so that
 * everything else in a schedule stays the same.
 */
export function addBells(dice: Dice, steps: Step[]): void {
  if (dice.chance(0.4)) return;
  for (const { operation } of steps) divide(dice, operation);
  for (let count = 3 + dice.below(14); count > 0; count -= 1) {
    const step = { id: 3_000 + count, afterMs: dice.chance(0.6) ? 0 : dice.below(1_500) };
    // The ids of the other steps stay, and with them their seeds.
    steps.splice(dice.below(steps.length + 1), 0, { ...step, operation: dice.pick(makers)(dice) });
  }
}

/** Gives an operation a scope, or types. */
function divide(dice: Dice, operation: Operation): void {
  const scope = dice.chance(0.5) ? dice.pick(scopes) : undefined;
  switch (operation.kind) {
    case 'create':
      operation.scope = scope;
      if (dice.chance(0.3)) operation.type = dice.pick(['digest', 'payout', 'News']);
      return;
    case 'open tab':
    case 'filter':
      if (dice.chance(0.25)) operation.filter = dice.pick(filters);
      if (operation.kind === 'open tab') operation.scope = scope;
      return;
    case 'read all':
      operation.scope = scope;
      if (dice.chance(0.3)) operation.types = ['news'];
  }
}

const any = (dice: Dice) => dice.below(1_000);

const within = (dice: Dice) => ({
  user: any(dice),
  nth: dice.chance(0.5) ? any(dice) : null,
  scope: dice.chance(0.5) ? dice.pick(scopes) : undefined,
  types: dice.chance(0.2) ? ['news'] : undefined,
});

type Maker = (dice: Dice) => Operation;

const often = (count: number, make: Maker): Maker[] => Array.from({ length: count }, () => make);

// There is always one.
const makers = [
  ...often(5, (dice) => ({ kind: 'move up', user: any(dice), nth: any(dice) })),
  ...often(4, (dice) => ({
    kind: 'mark many',
    user: any(dice),
    nths: Array.from({ length: 1 + dice.below(3) }, () => any(dice)),
    action: dice.pick(actions),
    isGuarded: dice.chance(0.5),
  })),
  ...often(1, (dice) => ({ kind: 'read all', ...within(dice) })),
  ...often(2, (dice) => ({ kind: 'archive read', ...within(dice) })),
  ...often(2, (dice) => ({ kind: 'see', ...within(dice), nth: any(dice) })),
  ...often(3, (dice) => ({
    kind: 'prefer',
    user: any(dice),
    type: dice.pick(['news', 'NEWS', 'digest']),
    isOn: dice.chance(0.5),
  })),
  ...often(4, (dice) => ({
    kind: 'click many',
    tab: any(dice),
    nth: any(dice),
    count: 1 + dice.below(4),
    action: dice.pick(actions),
  })),
  ...often(2, (dice) => ({ kind: 'click archive read', tab: any(dice) })),
  ...often(4, (dice) => ({ kind: 'click seen', tab: any(dice) })),
] as [Maker, ...Maker[]];
