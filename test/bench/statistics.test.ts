import { describe, expect, it } from 'vitest';
import { estimate, median, quantile } from '../../bench/method/statistics.ts';
import { seededRandom, shuffled } from '../support/random.ts';

describe('a quantile', () => {
  it('is in proportion between two values, in whatever order they are', () => {
    expect(quantile([4, 1, 3, 2], 0)).toBe(1);
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([4, 1, 3, 2], 1)).toBe(4);
    expect(quantile([10, 20], 0.99)).toBeCloseTo(19.9);
    expect(median([7])).toBe(7);
  });

  it('of no values does not exist', () => {
    expect(() => median([])).toThrow('There is no quantile of no values.');
  });
});

describe('an estimate', () => {
  it('is the same for the same seed', () => {
    const ratios = [1.1, 1.3, 1.2, 1.6, 1.2, 1.25];
    expect(estimate(ratios, seededRandom(7))).toEqual(estimate(ratios, seededRandom(7)));
  });

  it('has no width if all blocks agree', () => {
    expect(estimate([2, 2, 2, 2], seededRandom(1))).toEqual({ value: 2, low: 2, high: 2, blocks: 4 });
  });

  it('is not moved by a burst of load in a few blocks, however large', () => {
    const calm = [1.9, 2, 2.1, 2, 1.95, 2.05, 2, 2, 1.98];
    const { value, high } = estimate([...calm, 50, 900], seededRandom(1));
    expect(value).toBe(2);
    expect(high).toBeLessThan(3);
  });

  it('holds the true ratio in about 95 of 100 runs', () => {
    const random = seededRandom(3);
    // Ratios spread around 2 like the product of several noises: the median of the true distribution is 2.
    const noisy = () => 2 * Math.exp((random() + random() + random() - 1.5) * 0.6);
    const hits = Array.from({ length: 200 }, () => {
      const { low, high } = estimate(Array.from({ length: 25 }, noisy), random, 200);
      return low <= 2 && 2 <= high;
    });
    const share = hits.filter(Boolean).length / hits.length;
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThan(0.99);
  });
});

describe('a seeded random', () => {
  it('is spread evenly from 0 to 1', () => {
    const random = seededRandom(1);
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 10_000; draw += 1) {
      const tenth = Math.floor(random() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('shuffles into every order equally often', () => {
    const random = seededRandom(5);
    const orders = new Map<string, number>();
    for (let draw = 0; draw < 6_000; draw += 1) {
      const order = shuffled(['a', 'b', 'c'], random).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
