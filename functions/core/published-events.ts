import { reasonOf } from './errors.ts';
import type { Clock, DeadLetters, Logger, Metrics } from './ports.ts';

/** An event as the bus gets it. */
export interface BusEvent {
  /** The detail type. */
  name: string;
  /** A JSON object as text. */
  detail: string;
}

/** The event bus of the installation. */
export interface EventBus {
  /**
   * Puts 1 to 10 events on the bus. Any of them can fail alone.
   * @returns for each event the code of its refusal; undefined if the bus has taken it
   * @throws if the bus cannot be reached, or takes none
   */
  put(events: readonly BusEvent[]): Promise<(string | undefined)[]>;
}

/** An event that is kept until it is on the bus. */
export interface KeptEvent extends BusEvent {
  id: string;
  /** When it was kept, in milliseconds since the Unix epoch. */
  kept_at: number;
}

/** `PutEvents` takes so many at once. */
const atOnce = 10;

/** The stream passes on an event for 24 hours. One that fails for longer than this becomes a dead letter before. */
const patienceMs = 23 * 60 * 60_000;

/**
 * Refusals of single events that another try does not change. Any other is tried again.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
 */
const finalRefusals = new Set([
  'InvalidArgument',
  'MalformedDetail',
  'NotAuthorizedForDetailTypeException',
  'NotAuthorizedForSourceException',
]);

/** Puts kept events on the bus. */
export function createEventPublisher({
  bus,
  deadLetters,
  metrics,
  clock,
  logger,
}: {
  bus: EventBus;
  deadLetters: DeadLetters;
  metrics: Metrics;
  clock: Clock;
  logger: Logger;
}) {
  async function put(events: readonly KeptEvent[]): Promise<(string | undefined)[]> {
    try {
      return await bus.put(events);
    } catch (error) {
      const reason = reasonOf(error);
      return events.map(() => reason);
    }
  }

  /** @throws if it cannot be kept. Then the caller must try the event again */
  async function giveUp({ id, name, detail }: KeptEvent, reason: string): Promise<void> {
    await deadLetters.keep({ id, name, detail, reason });
    logger.error('event_given_up', { id, reason });
  }

  return {
    /**
     * Publishes events in their order. An event that can never be published becomes a dead letter, so that it holds up no
     * other.
     * @returns the index of the first event that must be tried again, with all behind it; undefined if there is none
     */
    async publish(events: readonly KeptEvent[]): Promise<number | undefined> {
      for (let start = 0; start < events.length; start += atOnce) {
        const batch = events.slice(start, start + atOnce);
        const refusals = await put(batch);
        metrics.count('EventsSent', refusals.filter((refusal) => refusal === undefined).length);
        for (const [index, event] of batch.entries()) {
          const reason = refusals[index];
          if (reason === undefined) continue;
          const isFinal = finalRefusals.has(reason) || clock() - event.kept_at > patienceMs;
          if (!isFinal) {
            logger.error('events_not_published', { id: event.id, reason });
            return start + index;
          }
          await giveUp(event, reason);
        }
      }
      return undefined;
    },
  };
}

export type EventPublisher = ReturnType<typeof createEventPublisher>;
