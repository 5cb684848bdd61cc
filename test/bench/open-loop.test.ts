import { describe, expect, it } from 'vitest';
import { openLoop } from '../../bench/method/open-loop.ts';
import { createTimeline } from './timeline.ts';

describe('an open loop', () => {
  it('sends at fixed times, however long the answers take', async () => {
    const { clock, run, serve } = createTimeline();
    const sentAt: number[] = [];
    const send = () => {
      sentAt.push(clock.now());
      return serve(70);
    };
    await run(openLoop({ requests: 4, perSecond: 50 }, send, clock));
    expect(sentAt).toEqual([0, 20, 40, 60]);
  });

  it('measures the service time of a server that keeps up', async () => {
    const { clock, run, serve } = createTimeline();
    const latencies = await run(openLoop({ requests: 5, perSecond: 100 }, () => serve(3), clock));
    expect(latencies).toEqual([3, 3, 3, 3, 3]);
  });

  it('counts the wait of every request that was due while the server stalled', async () => {
    const { clock, run, serve } = createTimeline();
    const send = (index: number) => serve(index === 1 ? 100 : 1);
    const latencies = await run(openLoop({ requests: 8, perSecond: 100 }, send, clock));
    // A loop that waits for answers would have seen 100 ms once, and 1 ms seven times.
    expect(latencies).toEqual([1, 100, 91, 82, 73, 64, 55, 46]);
  });

  it('counts from the time when a request was due, if the load itself is late', async () => {
    const { clock, run, serve } = createTimeline();
    const late = { ...clock, until: async (at: number) => clock.until(at === 10 ? 35 : at) };
    const latencies = await run(openLoop({ requests: 4, perSecond: 100 }, () => serve(1), late));
    expect(latencies).toEqual([1, 26, 17, 8]);
  });

  it('rejects with the first failure, after all requests have ended', async () => {
    const { clock, run, serve } = createTimeline();
    let ended = 0;
    const send = async (index: number) => {
      await serve(5);
      ended += 1;
      if (index === 1) throw new Error('refused');
    };
    await expect(run(openLoop({ requests: 4, perSecond: 100 }, send, clock))).rejects.toThrow('refused');
    expect(ended).toBe(4);
  });
});
