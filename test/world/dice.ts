import { seededRandom } from '../support/random.ts';

/** Everything that is left to chance in one corner of a simulated world. */
export interface Dice {
  /** From 0 up to, and without, 1. */
  random(): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  /** A whole number from 0 up to, and without, `bound`. */
  below(bound: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/**
 * Dice that fall the same for the same seed and name. Each corner of a world has its own, so that taking an operation out
 * of a schedule does not change the rolls of the others.
 */
export function createDice(seed: number, name: string): Dice {
  let hash = seed ^ 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  const random = seededRandom(hash);
  const below = (bound: number) => Math.floor(random() * bound);
  return {
    random,
    chance: (probability) => probability > 0 && random() < probability,
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
  };
}
