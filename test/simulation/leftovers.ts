import type { Leftover } from '../../functions/core/leftover.ts';
import { redeliveryAttempts } from '../../functions/core/leftover.ts';
import type { DeadLetters, DeliveryReport, LeftoverQueue } from '../../functions/core/ports.ts';
import type { PostOutcome } from '../../functions/realtime/socket-gateway.ts';
import { createInMemoryLeftoverQueue } from '../fakes/in-memory-leftover-queue.ts';
import type { Invocation } from './invocation.ts';
import type { Journal, Trace } from './journal.ts';
import type { Loop } from './loop.ts';
import type { Weather } from './weather.ts';

/** The pause of the stream before it hands an item on, and how often it tries a batch again whose function has crashed. */
const streamPauseMs = 2_000;
const streamRetries = 3;

/** The table of leftovers and its stream, and books of what each run of a function owes it. */
export function createLeftovers({
  loop,
  journal,
  trace,
  redeliver,
}: {
  loop: Loop;
  journal: Journal;
  trace: Trace;
  redeliver: (cause: string, batch: readonly unknown[]) => Promise<void>;
}) {
  const table = createInMemoryLeftoverQueue();
  /** Connections that are told goodbye later. */
  const replaced = new Set<string>();
  let items = 0;

  async function put(leftover: Leftover): Promise<void> {
    const before = table.leftovers.length;
    await table.put(leftover);
    if (leftover.type === 'goodbye') {
      for (const { connection_id } of leftover.connections) replaced.add(connection_id);
    }
    if (table.leftovers.length === before) return;
    items += 1;
    hand(`redelivery ${items}`, structuredClone(leftover), 0);
  }

  function hand(cause: string, leftover: Leftover, retries: number): void {
    loop.after(streamPauseMs * 2 ** retries, () => {
      trace?.(`${cause}: attempt ${leftover.attempt} of ${leftover.type} for ${leftover.user_id}`);
      redeliver(`${cause} ${retries}`, [leftover]).catch(() => {
        if (retries < streamRetries) hand(cause, leftover, retries + 1);
      });
    });
  }

  return {
    replaced,
    /** The books of one run: what it could not post must be queued or given up as a dead letter, unless that failed too. */
    ledgerOf({ step, dice }: Invocation, weather: Weather) {
      const outcomes = { posted: 0, gone: 0, failed: 0 };
      let lookUpsFailed = 0;
      let kept = 0;
      let keptWhole = 0;
      let hasFailed = false;

      const keep = (leftover: Leftover) => {
        if (leftover.type !== 'inbox.changed') return;
        kept += leftover.connections?.length ?? 0;
        if (!leftover.connections) keptWhole += 1;
      };
      const queue: LeftoverQueue = {
        async put(leftover) {
          const isThrottled = dice.chance(weather.throttle);
          if (isThrottled) hasFailed = true;
          await step('queue', async () => {
            if (isThrottled) throw new Error('ThrottlingException');
            keep(leftover);
            await put(leftover);
          });
        },
      };
      const deadLetters: DeadLetters = {
        async keep(record) {
          // Only what cannot be redelivered comes here.
          const leftover = record as Leftover;
          if (leftover.attempt < redeliveryAttempts && !hasFailed) {
            journal.violate('leftovers are kept', `given up after ${leftover.attempt} attempts`);
          }
          await step('give up', async () => keep(leftover));
        },
      };

      function settle(): void {
        if (hasFailed || (kept === outcomes.failed && keptWhole === lookUpsFailed)) return;
        const failed = `${outcomes.failed} posts and ${lookUpsFailed} look-ups failed`;
        journal.violate(
          'leftovers are kept',
          `${failed}, ${kept} connections and ${keptWhole} users are kept`,
        );
      }

      return {
        queue,
        deadLetters,
        lookUpFailed(): void {
          lookUpsFailed += 1;
        },
        posted(text: string, outcome: PostOutcome): void {
          // A goodbye has its own books.
          if (!text.includes('"goodbye"')) outcomes[outcome] += 1;
        },
        published({ connections, posted, gone, failed }: DeliveryReport, pushes: number): void {
          if (pushes === 0) return;
          settle();
          const isSum = posted === outcomes.posted && gone === outcomes.gone;
          const isQueued =
            hasFailed || (failed === outcomes.failed && connections === posted + gone + failed);
          if (!isSum || !isQueued) {
            const said = JSON.stringify({ connections, posted, gone, failed });
            journal.violate('reports add up', `${said}, but ${JSON.stringify(outcomes)}`);
          }
        },
        redelivered: settle,
      };
    },
  };
}
