import type { PendingDelivery } from '../../functions/core/pending-delivery.ts';
import type { Loop } from './loop.ts';

/** What a mapping hands to one run of its function at most, and how often it tries a batch again whose function has crashed. */
const batchSize = 25;
const retries = 3;
const backoffMs = 1_000;

/**
 * A mapping of the deliveries table's stream, as the stack makes it: items in their order, a batch at a time. A batch whose
 * function has crashed holds up what is behind it; it is cut in two, and what cannot be cut is tried again, then left to the
 * dead-letter queue.
 *
 * @param windowMs how long a batch waits to fill
 */
export function createMapping(
  { loop }: { loop: Loop },
  windowMs: number,
  deliver: (batch: readonly PendingDelivery[]) => Promise<void>,
) {
  const waiting: PendingDelivery[] = [];
  const counts = { put: 0, over: 0 };
  let isReading = false;

  async function read(): Promise<void> {
    isReading = true;
    while (waiting.length > 0) {
      await loop.sleep(windowMs);
      const batch = waiting.splice(0, batchSize);
      await handOn(batch, 0);
      counts.over += batch.length;
    }
    isReading = false;
  }

  async function handOn(batch: readonly PendingDelivery[], tried: number): Promise<void> {
    try {
      await deliver(batch);
    } catch {
      await loop.sleep(backoffMs * 2 ** tried);
      const half = batch.length / 2;
      if (half >= 1) {
        await handOn(batch.slice(0, half), tried);
        await handOn(batch.slice(half), tried);
      } else if (tried < retries) await handOn(batch, tried + 1);
    }
  }

  return {
    /** Items that have come, and those that nothing happens to any more. */
    counts,
    put(pending: PendingDelivery): void {
      counts.put += 1;
      waiting.push(pending);
      if (!isReading) read();
    },
  };
}
