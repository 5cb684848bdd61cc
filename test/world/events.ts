import type { OutgoingEvent } from '../../functions/core/outgoing-event.ts';
import { createEventPublisher, type KeptEvent } from '../../functions/core/published-events.ts';
import type { OutgoingEvents } from '../../functions/core/tick.ts';
import { unmeasured } from './delivery-ports.ts';
import type { Door } from './failures.ts';
import type { Invocation } from './invocation.ts';
import type { Loop } from './loop.ts';
import { Throttled, type Weather } from './weather.ts';

/** What was put on the event bus: the details of each event, by its id. */
export type BusLog = ReadonlyMap<string, string[]>;

const retryMs = 1_000;

/** The table of events, its stream, the function that publishes them, and the event bus. */
export function createEvents({
  loop,
  weather,
  run,
}: {
  loop: Loop;
  weather: Weather;
  run: <Answer>(
    door: Door,
    cause: string,
    body: (invocation: Invocation) => Promise<Answer>,
  ) => Promise<Answer>;
}) {
  const kept = new Map<string, OutgoingEvent>();
  const waiting: KeptEvent[] = [];
  const bus = new Map<string, string[]>();
  let batches = 0;
  let isReading = false;

  /** The stream: a batch at a time, again from the first that failed on, until all are published. */
  async function read(): Promise<void> {
    isReading = true;
    while (waiting.length > 0) {
      await loop.sleep(retryMs);
      batches += 1;
      const batch = waiting.slice(0, 10);
      const failed = await run('publish events', `publish events ${batches}`, (invocation) =>
        publisherOf(invocation).publish(batch),
      ).catch(() => 0);
      waiting.splice(0, failed ?? batch.length);
    }
    isReading = false;
  }

  function publisherOf({ step, dice, logger }: Invocation) {
    return createEventPublisher({
      bus: {
        put(events) {
          const isFailing = dice.chance(weather.postFailure);
          return step('put events', async () => {
            const refusals = events.map(() =>
              dice.chance(weather.postFailure) ? 'InternalFailure' : undefined,
            );
            for (const [index, { detail }] of events.entries()) {
              if (refusals[index]) continue;
              const { id } = JSON.parse(detail);
              bus.set(id, [...(bus.get(id) ?? []), detail]);
            }
            if (isFailing) throw new Throttled();
            return refusals;
          });
        },
      },
      deadLetters: { keep: async () => {} },
      metrics: unmeasured,
      clock: loop.now,
      logger,
    });
  }

  return {
    bus: bus as BusLog,
    /** The table, as one run of a function sees it. */
    tableOf: ({ step, dice }: Invocation): OutgoingEvents => ({
      keep(event) {
        const isThrottled = dice.chance(weather.throttle);
        return step('keep event', async () => {
          if (isThrottled) throw new Throttled();
          const isNew = !kept.has(event.id);
          kept.set(event.id, event);
          // The stream passes on new items alone.
          if (!isNew) return;
          const { id, event: name } = event;
          waiting.push({ id, name, detail: JSON.stringify(event), kept_at: loop.now() });
          if (!isReading) void read();
        });
      },
    }),
  };
}
