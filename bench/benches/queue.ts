import { randomUUID } from 'node:crypto';
import { inBlocks } from '../method/blocks.ts';
import { machineNow } from '../method/open-loop.ts';
import { ratioOf } from '../method/ratio.ts';
import { quantile } from '../method/statistics.ts';
import type { Bench } from './bench.ts';
import { content } from './commands.ts';
import { inMilliseconds, percent } from './figures.ts';
import { type LiveSide, startLive } from './live.ts';

/** Of each create, the most that one may have. */
const recipients = 500;

/** Batches that the queue gives out at once, each to an environment of its own. SQS puts at most 10 messages into one. */
const batches = 2;

/** Creates for many recipients at once, until each of them has its frame. */
export const queue: Bench = {
  about:
    'creates for 10,000 recipients through the queue, until each socket has its frame, against a bare server',
  async run(context) {
    const { isQuick, say, extentOf, random } = context;
    const creates = isQuick ? 4 : 20;
    const live = await startLive(context, { sockets: creates * recipients, environments: batches });
    let made = 0;
    let missing = 0;

    async function takeSample(side: LiveSide): Promise<number[]> {
      const { users, serve, delivered } = live[side];
      const numbers = Array.from({ length: creates }, (_, index) => made + index);
      made += creates;
      const commands = numbers.map((number, index) => ({
        user_ids: users.slice(index * recipients, (index + 1) * recipients),
        ...content(number),
      }));
      const events = side === 'service' ? inBatches(commands) : commands;
      const sentAt = machineNow();
      await Promise.all(events.map(serve));
      const result = await delivered(new Map(numbers.map((number) => [number, sentAt])), recipients);
      missing += result.missing;
      return result.latencies;
    }

    say('warming up');
    // The first creates open connections and make the inboxes.
    for (const side of ['service', 'floor', 'service', 'floor'] as const) await takeSample(side);
    missing = 0;
    // In full, a block takes half a minute or longer.
    const blocks = await inBlocks(['service', 'floor'], takeSample, {
      extent: { ...extentOf(1), leastBlocks: isQuick ? 5 : 8 },
      random,
      onBlock: (done) => say(percent(done)),
    });
    const measured = (q: number) => {
      const of = (side: LiveSide) => blocks.map((block) => block[side].map((sample) => quantile(sample, q)));
      const { from, ...estimate } = inMilliseconds(ratioOf(of('service'), of('floor'), random));
      return { ...estimate, from: missing > 0 ? `${from}, ${missing} frames have not come` : from };
    };
    return [
      { budget: 'queue.p50', ...measured(0.5) },
      { budget: 'queue.p99', ...measured(0.99) },
      { budget: 'queue.last', ...measured(1) },
    ];
  },
};

/** Events of the queue, as Lambda hands them to the function. */
function inBatches(commands: readonly object[]): object[] {
  const size = Math.ceil(commands.length / batches);
  return Array.from({ length: batches }, (_, index) => ({
    Records: commands.slice(index * size, (index + 1) * size).map(toMessage),
  }));
}

const toMessage = (command: object) => ({
  messageId: randomUUID(),
  receiptHandle: 'receipt',
  body: JSON.stringify(command),
  attributes: {},
  messageAttributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:creates',
  awsRegion: 'us-east-1',
});
