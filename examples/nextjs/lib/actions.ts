'use server';

import { randomUUID } from 'node:crypto';
import {
  AlreadySent,
  IdempotencyConflict,
  NotFound,
  RateLimited,
  Unavailable,
  ValidationError,
} from 'belfry/producer';
import { redirect } from 'next/navigation';
import { frontendOf, people, personIn } from './people.ts';
import { events } from './programme.ts';
import { producerOf } from './service.ts';
import { closeSession, openSession, sessionOf } from './session.ts';

/** An action can be called by anybody with anything, so it looks at what it gets. */
export async function signIn(frontend: string, id: string): Promise<void> {
  const name = frontendOf(frontend)?.name;
  const person = name && personIn(name, id);
  if (!person) redirect('/');
  await openSession(name, person);
  redirect(`/${name}`);
}

export async function signOut(frontend: string): Promise<void> {
  const name = frontendOf(frontend)?.name;
  if (name) await closeSession(name);
  redirect('/');
}

/** What became of a form. */
export interface Outcome {
  text: string;
  isProblem: boolean;
  /** Of what is sent next: to press the button twice, or to try again, sends one. */
  key: string;
  /** The typed values, if the form must be sent again. React resets a form when its action has ended. */
  fields?: Fields | undefined;
  /** What was sent last, and can be changed, taken back or called off. */
  last?: Sent | undefined;
}

export interface Fields {
  to: string;
  /** The frontend in whose bell it rings; empty for all. */
  scope: string;
  /** `now`; `later`, in a minute; or `group`, now, as one with those that are unread. */
  how: string;
  title: string;
  body: string;
}

/** A notification that the admin has sent. */
export interface Sent {
  to: string;
  key: string;
  isGrouped: boolean;
  /** Of one that is not sent yet. */
  scheduled_id?: number | undefined;
}

const groupKey = 'announcements';

/** An action of the admin's form. Its buttons say what is to be done: `send`, or something with what was sent last. */
export async function announce(before: Outcome, form: FormData): Promise<Outcome> {
  const textOf = (name: string) => String(form.get(name));
  const key = textOf('key');
  const [to, scope, how] = [textOf('to'), textOf('scope'), textOf('how')];
  const fields: Fields = { to, scope, how, title: textOf('title'), body: textOf('body') };
  const { last } = before;
  const failed = (text: string, next = key): Outcome => ({ text, isProblem: true, key: next, fields, last });
  const done = (text: string, sent?: Sent): Outcome => ({ text, isProblem: false, key, fields, last: sent });
  const sender = await sessionOf('admin');
  if (!sender) return failed('You are not signed in any more.');
  const recipient = people.find(({ id }) => id === to);
  if (!recipient) return failed('There is no such person.');
  const metadata = { headline: fields.title, text: fields.body };
  try {
    const producer = await producerOf(sender);
    if (last) {
      const named = { user_id: last.to, idempotency_key: last.key };
      switch (textOf('intent')) {
        case 'change':
          await producer.sendUpdate.announcement({ ...named, metadata, realert: true });
          return done('Changed.', last);
        case 'retract':
          await producer.retract(last.isGrouped ? { user_id: last.to, group_key: groupKey } : named);
          return done('Taken back.');
        case 'cancel':
          await producer.cancel(last.scheduled_id ?? 0);
          return done('Called off.');
      }
    }
    const { suppressed, scheduled } = await producer.send.announcement({
      user_id: recipient.id,
      actor_id: sender.id,
      metadata,
      idempotency_key: key,
      ...(scope && { scope }),
      ...(how === 'group' && { group: { key: groupKey } }),
      ...(how === 'later' && { deliver_at: new Date(Date.now() + 61_000).toISOString() }),
    });
    if (suppressed?.length) return failed(`${recipient.name} has switched announcements off.`);
    const [schedule] = scheduled ?? [];
    return {
      text: schedule ? `${recipient.name} gets it in a minute.` : `${recipient.name} has it.`,
      isProblem: false,
      key: randomUUID(),
      fields,
      last: { to, key, isGrouped: how === 'group', scheduled_id: schedule?.id },
    };
  } catch (error) {
    if (error instanceof ValidationError) return failed(error.message);
    if (error instanceof Unavailable) return failed('The service does not answer. Is it running?');
    if (error instanceof RateLimited) return failed(error.message);
    if (error instanceof NotFound) return failed('It is not there any more.');
    if (error instanceof AlreadySent) return failed('It was sent already.');
    if (error instanceof IdempotencyConflict) {
      return failed('It was sent before you changed it. Send again to send this too.', randomUUID());
    }
    throw error;
  }
}

/** Books two seats for who is signed in: it rings in their app for attendees, and in that of each organizer. */
export async function book(event_id: string): Promise<void> {
  const attendee = await sessionOf('attendee');
  const event = events.find(({ id }) => id === event_id);
  if (!attendee || !event) return;
  const { send } = await producerOf(attendee);
  const organizers = people.filter(({ frontends }) => frontends.includes('organizer')).map(({ id }) => id);
  await Promise.all([
    send.booking({
      user_id: attendee.id,
      scope: 'attendee',
      metadata: { booking_id: '981', event: event.name, seats: 2 },
    }),
    send.payout({
      user_ids: organizers,
      scope: 'organizer',
      metadata: { event_id, event: event.name, euros: 84 },
      // One notification for an event, until it is read: it says who has booked.
      group: { key: `sold-${event_id}` },
      actor_id: attendee.id,
      actions: [
        { id: 'checked', label: 'It adds up' },
        { id: 'sales', label: 'Show the sales', route: `/organizer/events/${event_id}` },
      ],
    }),
  ]);
}
