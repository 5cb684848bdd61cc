import { availableParallelism } from 'node:os';
import { repeatedly } from '../method/blocks.ts';
import { interleavedLoop, type Latencies } from '../method/interleaved-loop.ts';
import { latencyRatio } from '../method/latency-ratio.ts';
import { machineNow } from '../method/open-loop.ts';
import { median } from '../method/statistics.ts';
import type { Bench } from './bench.ts';
import { content } from './commands.ts';
import { inMilliseconds, percent } from './figures.ts';
import { type Delivered, type LiveSide, type LiveSystem, startLive } from './live.ts';

/** Of the function, the most that run at once. */
const environments = 4;

const sides: LiveSide[] = ['service', 'floor'];

/** Creates a second of each system. A busy machine has time for fewer, and a queue that grows measures nothing. */
const rates = [200, 100, 50, 20, 10];

/** Creates at a fixed rate for users with a socket each, until the frame is at the socket. */
export const sockets: Bench = {
  about:
    '200 creates a second to 1,000 sockets, from the create to the frame at the socket, against a bare server',
  async run(context) {
    const { isQuick, say, extentOf, random } = context;
    const live = await startLive(context, { sockets: 1_000, environments });
    const loads = { service: loadOn(live.service), floor: loadOn(live.floor) };
    say('warming up');
    // At once, so that each environment gets its share.
    for (const side of sides) await loads[side].inRounds(isQuick ? 200 : 1_000, environments);

    let missing = 0;
    async function takeBlock(perSecond: number): Promise<Latencies<LiveSide>> {
      const load = { requests: Math.max(100, perSecond * 2), perSecond };
      await interleavedLoop(sides, load, (side, dueAt) => loads[side].send(dueAt), random);
      const [service, floor] = [await loads.service.delivered(), await loads.floor.delivered()];
      missing += service.missing + floor.missing;
      return { service: service.latencies, floor: floor.latencies };
    }

    /** The highest rate at which creates of both systems, one after the other, would take a quarter of each core. */
    async function findRate(): Promise<number> {
      const alone = async (side: LiveSide) => median((await loads[side].inRounds(100, 1)).latencies);
      const perSecond = 1_000 / ((await alone('service')) + (await alone('floor')));
      return rates.find((rate) => rate <= (perSecond * availableParallelism()) / 4) ?? Math.min(...rates);
    }
    const perSecond = await findRate();
    const blocks = await repeatedly(() => takeBlock(perSecond), {
      extent: extentOf(1),
      onBlock: (done) => say(`${perSecond} a second: ${percent(done)}`),
    });
    const measured = (q: number) => {
      const { from, ...estimate } = inMilliseconds(latencyRatio(blocks, q, random));
      const lost = missing > 0 ? `, ${missing} frames have not come` : '';
      return { ...estimate, from: `${from} at ${perSecond} a second${lost}` };
    };
    return [
      { budget: 'sockets.p50', ...measured(0.5) },
      { budget: 'sockets.p99', ...measured(0.99) },
    ];
  },
};

/** Creates for the users of a system in turn. */
function loadOn({ users, serve, delivered }: LiveSystem) {
  let made = 0;
  let dueAt = new Map<number, number>();
  function send(due: number): Promise<unknown> {
    made += 1;
    dueAt.set(made, due);
    return serve({ user_ids: [users[made % users.length]], ...content(made) });
  }
  /** What has become of the creates since the last call. */
  function deliveredNow(): Promise<Delivered> {
    const sent = dueAt;
    dueAt = new Map();
    return delivered(sent, 1);
  }
  return {
    send,
    delivered: deliveredNow,
    /** Sends so many creates at once, and the next ones when they are answered. */
    async inRounds(rounds: number, atOnce: number): Promise<Delivered> {
      for (let round = 0; round < rounds; round += 1)
        await Promise.all(Array.from({ length: atOnce }, () => send(machineNow())));
      return deliveredNow();
    },
  };
}
