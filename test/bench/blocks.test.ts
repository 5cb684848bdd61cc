import { describe, expect, it } from 'vitest';
import { inBlocks } from '../../bench/method/blocks.ts';
import { seededRandom } from '../support/random.ts';

const noTime = { leastBlocks: 4, forMs: 0 };

describe('blocks', () => {
  it('run the arms in an order, and then in the mirrored one', async () => {
    const ran: string[] = [];
    const run = async (arm: string) => ran.push(arm);
    await inBlocks(['a', 'b', 'c'], run, { extent: noTime, random: seededRandom(1), now: () => 0 });
    expect(ran).toHaveLength(4 * 6);
    for (let from = 0; from < ran.length; from += 6) {
      const block = ran.slice(from, from + 6);
      expect(block.slice(3)).toEqual(block.slice(0, 3).toReversed());
      expect(block.slice(0, 3).toSorted()).toEqual(['a', 'b', 'c']);
    }
  });

  it('begin with each arm in turn by chance', async () => {
    const ran: string[] = [];
    const extent = { leastBlocks: 100, forMs: 0 };
    const run = async (arm: string) => ran.push(arm);
    await inBlocks(['a', 'b'], run, { extent, random: seededRandom(1), now: () => 0 });
    const first = ran.filter((arm, index) => index % 4 === 0 && arm === 'a');
    expect(first.length).toBeGreaterThan(30);
    expect(first.length).toBeLessThan(70);
  });

  it('hit all arms alike with load that grows steadily', async () => {
    let load = 0;
    const run = async (arm: 'a' | 'b') => {
      load += 1;
      return (arm === 'a' ? 1 : 0) + load;
    };
    const blocks = await inBlocks(['a', 'b'], run, {
      extent: noTime,
      random: seededRandom(2),
      now: () => 0,
    });
    const sum = (samples: number[]) => samples.reduce((total, value) => total + value, 0);
    for (const { a, b } of blocks) expect(sum(a) - sum(b)).toBe(2);
  });

  it('go on until there are enough of them and the time is over', async () => {
    let now = 0;
    const run = async () => {
      now += 25;
    };
    const done: number[] = [];
    const blocks = await inBlocks(['a', 'b'], run, {
      extent: { leastBlocks: 2, forMs: 450 },
      random: seededRandom(1),
      now: () => now,
      onBlock: (part) => done.push(part),
    });
    expect(blocks).toHaveLength(5);
    expect(done[0]).toBe(0);
    expect(done.at(-1)).toBe(1);
    expect(done.toSorted((a, b) => a - b)).toEqual(done);
  });
});
