import type { DeliveryReport } from '../../functions/core/answers.ts';
import { type PendingDelivery, redeliveryAttempts } from '../../functions/core/pending-delivery.ts';
import type { DeadLetters, DeliveryQueue } from '../../functions/core/ports.ts';
import type { PostOutcome } from '../../functions/realtime/socket-gateway.ts';
import { createInMemoryDeliveryQueue } from '../fakes/in-memory-delivery-queue.ts';
import type { Invocation } from './invocation.ts';
import { type Journal, nameOf, type Trace } from './journal.ts';
import type { Loop } from './loop.ts';
import { createMapping } from './stream.ts';
import { Throttled, type Weather } from './weather.ts';

/** The windows of the two mappings: pending deliveries wait between their attempts, frames only until the stream is read again. */
const redeliveryWindowMs = 2_000;
const frameWindowMs = 250;

/** No function leaves anything untried before it has been at it for so long. */
const shortestDeadlineMs = 10_000;

export type PendingDeliveries = ReturnType<typeof createPendingDeliveries>;

/** The table of pending deliveries and its stream, and books of what each run of a function owes it. */
export function createPendingDeliveries({
  loop,
  journal,
  trace,
  redeliver,
}: {
  loop: Loop;
  journal: Journal;
  trace: Trace;
  redeliver: (cause: string, batch: readonly PendingDelivery[]) => Promise<void>;
}) {
  const table = createInMemoryDeliveryQueue();
  /** Connections that are told goodbye later. */
  const replaced = new Set<string>();
  let batches = 0;

  function mappingOf(windowMs: number) {
    return createMapping({ loop }, windowMs, (batch) => {
      batches += 1;
      const cause = `redelivery ${batches}`;
      for (const { type, user_id, attempt } of batch) {
        trace?.(`${cause}: attempt ${attempt} of ${type} for ${nameOf(user_id)}`);
      }
      return redeliver(cause, batch);
    });
  }
  const mappings = { deliveries: mappingOf(redeliveryWindowMs), frames: mappingOf(frameWindowMs) };

  async function put(pending: PendingDelivery): Promise<void> {
    const before = table.deliveries.length;
    await table.put(pending);
    if (pending.type === 'goodbye') {
      for (const { connection_id } of pending.connections) replaced.add(connection_id);
    }
    if (table.deliveries.length === before) return;
    mappings[pending.type === 'frame' ? 'frames' : 'deliveries'].put(structuredClone(pending));
  }

  return {
    replaced,
    /** How many items have come and gone, and whether all that have come are gone. */
    traffic() {
      const all = Object.values(mappings).map(({ counts }) => counts);
      const sum = (count: 'put' | 'over') => all.reduce((total, counts) => total + counts[count], 0);
      return { moves: sum('put') + sum('over'), isAtRest: sum('put') === sum('over') };
    },
    /** The books of one run: what it could not post must be queued or given up as a dead letter, unless that failed too. */
    ledgerOf({ step, dice }: Invocation, weather: Weather) {
      const outcomes = { posted: 0, gone: 0, failed: 0 };
      const start = loop.now();
      let lookUpsFailed = 0;
      let kept = 0;
      let keptWhole = 0;
      let frames = 0;
      let goodbyesFailed = 0;
      let goodbyesKept = 0;
      let hasFailed = false;

      const keep = (pending: PendingDelivery) => {
        if (pending.type !== 'goodbye' && pending.attempt === 0) {
          frames += 1;
          return;
        }
        if (pending.type === 'goodbye') goodbyesKept += pending.connections.length;
        if (pending.type !== 'inbox.changed' && pending.type !== 'preferences.changed') return;
        kept += pending.connections?.length ?? 0;
        if (!pending.connections) keptWhole += 1;
      };
      const queue: DeliveryQueue = {
        async put(pending) {
          const isThrottled = dice.chance(weather.throttle);
          if (isThrottled) hasFailed = true;
          await step('queue', async () => {
            if (isThrottled) throw new Throttled();
            keep(pending);
            await put(pending);
          });
        },
      };
      const deadLetters: DeadLetters = {
        async keep(record) {
          // Only what cannot be redelivered comes here.
          const pending = record as PendingDelivery;
          if (pending.attempt < redeliveryAttempts && !hasFailed) {
            journal.violate('pending deliveries are kept', `given up after ${pending.attempt} attempts`);
          }
          await step('give up', async () => keep(pending));
        },
      };

      /** A goodbye is also kept where the socket was not closed after it, or was not known yet. */
      function settleGoodbyes(): void {
        if (hasFailed || goodbyesKept >= goodbyesFailed) return;
        const detail = `${goodbyesFailed} goodbyes failed, ${goodbyesKept} are kept`;
        journal.violate('pending deliveries are kept', detail);
      }

      function settle(): void {
        // What a function that is late does not even try is kept too.
        const isLate = loop.now() - start > shortestDeadlineMs;
        const areKept = isLate
          ? kept >= outcomes.failed && keptWhole >= lookUpsFailed
          : kept === outcomes.failed && keptWhole === lookUpsFailed;
        if (hasFailed || areKept) return;
        const failed = `${outcomes.failed} posts and ${lookUpsFailed} look-ups failed`;
        journal.violate(
          'pending deliveries are kept',
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
          if (!text.includes('"goodbye"')) outcomes[outcome] += 1;
          else if (outcome === 'failed') goodbyesFailed += 1;
        },
        /** By a function that cannot reach the sockets. */
        queued(report: DeliveryReport, pushes: number): void {
          if (!hasFailed && frames !== pushes) {
            journal.violate('pending deliveries are kept', `${frames} of ${pushes} frames are queued`);
          }
          if (Object.values(report).some((count) => count > 0)) {
            journal.violate('reports add up', `${JSON.stringify(report)}, but nobody was looked for`);
          }
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
        admitted: settleGoodbyes,
        redelivered(): void {
          settle();
          settleGoodbyes();
        },
      };
    },
  };
}
