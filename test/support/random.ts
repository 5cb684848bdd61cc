/** Numbers from 0 to 1, without 1. */
export type Random = () => number;

/**
 * Numbers that are the same for the same seed, so that a run can be repeated and a test knows what comes out. The generator
 * is mulberry32: fast, and even enough for shuffles and resampling.
 * @param seed a whole number, of which the lowest 32 bits count
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same elements in an order by chance (Fisher and Yates). */
export function shuffled<Element>(elements: readonly Element[], random: Random): Element[] {
  const rest = [...elements];
  const order: Element[] = [];
  while (rest.length > 0) order.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return order;
}
