import type { CreateContent } from '../../../functions/core/notification-repository.ts';
import type { OutgoingEvent } from '../../../functions/core/outgoing-event.ts';
import type { Fired } from '../../../functions/core/timers.ts';
import { ruleOf } from '../../support/content.ts';
import type { Suite } from './suite.ts';

export const minuteMs = 60_000;

/** What the tests of times and of events share. */
export function clockworkOf(suite: Suite) {
  const booking = { metadata: { type: 'Booking' } };
  const createBooking = (user_id: string, changes: Partial<CreateContent> = {}) =>
    suite.createOne(user_id, { ...booking, ...changes }, null, ruleOf({ type: 'booking' }));
  const pass = (minutes: number) => suite.under().letTimePass(minutes * minuteMs);

  /** What the tick does to a user, in as many batches as it takes. */
  async function fire(user_id: string): Promise<Fired[]> {
    const all: Fired[] = [];
    for (;;) {
      const { fired, isDone } = await suite.under().timers.fire([]);
      all.push(...fired);
      if (isDone) break;
    }
    return all.filter((one) => (one.outcome === 'skipped' ? one.user_id : one.inbox.user_id) === user_id);
  }

  /** The events about a user that are not taken yet, which are dropped. */
  async function events(user_id: string): Promise<OutgoingEvent[]> {
    const { timers } = suite.under();
    const taken = await timers.takeEvents();
    await timers.dropEvents(taken.map(({ outbox_id }) => outbox_id));
    return taken.filter((event) => event.user_id === user_id).map(({ outbox_id: _, ...event }) => event);
  }

  return { createBooking, pass, fire, events };
}
