import { expect, it } from 'vitest';
import { interleavedLoop } from '../../bench/method/interleaved-loop.ts';
import { latencyRatio } from '../../bench/method/latency-ratio.ts';
import { seededRandom } from '../support/random.ts';
import { createTimeline } from './timeline.ts';

const load = { requests: 6, perSecond: 10 };

it('interleaved arms get requests in mirrored turns, each at its rate', async () => {
  const sent: { arm: string; dueAt: number }[] = [];
  const send = async (arm: string, dueAt: number) => void sent.push({ arm, dueAt });
  const { clock, run } = createTimeline();
  await run(interleavedLoop(['a', 'b'], load, send, seededRandom(1), clock));
  expect(sent.map(({ dueAt }) => dueAt)).toEqual(Array.from({ length: 12 }, (_, index) => index * 50));
  const arms = sent.map(({ arm }) => arm);
  for (let from = 0; from < arms.length; from += 4) {
    const turn = arms.slice(from, from + 4);
    expect(turn).toEqual([...turn.slice(0, 2), ...turn.slice(0, 2).toReversed()]);
    expect(new Set(turn).size).toBe(2);
  }
});

it('interleaved arms have each the latencies of their own requests', async () => {
  const { clock, run, serve } = createTimeline();
  const send = (arm: 'slow' | 'fast') => serve(arm === 'slow' ? 30 : 2);
  const { slow, fast } = await run(interleavedLoop(['slow', 'fast'], load, send, seededRandom(2), clock));
  expect(slow).toEqual(new Array(6).fill(30));
  expect(fast).toEqual(new Array(6).fill(2));
});

it('a ratio of latencies is that of the arms, however much the noise of the blocks differs', () => {
  const random = seededRandom(3);
  const blocks = Array.from({ length: 20 }, () => {
    const noise = 1 + 50 * random();
    const latencies = (ms: number) => Array.from({ length: 100 }, () => ms * noise * (1 + 0.1 * random()));
    return { service: latencies(3), floor: latencies(2) };
  });
  const { value, low, high } = latencyRatio(blocks, 0.99, random);
  expect(value).toBeCloseTo(1.5, 1);
  expect(low).toBeGreaterThan(1.4);
  expect(high).toBeLessThan(1.6);
});
