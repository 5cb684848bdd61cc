'use server';

import { randomUUID } from 'node:crypto';
import { IdempotencyConflict, RateLimited, Unavailable, ValidationError } from 'belfry/producer';
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
  fields?: Fields;
}

export interface Fields {
  to: string;
  /** The frontend in whose bell it rings; empty for all. */
  scope: string;
  title: string;
  body: string;
}

/** An action of the admin's form. */
export async function announce(_: Outcome, form: FormData): Promise<Outcome> {
  const textOf = (name: string) => String(form.get(name));
  const key = textOf('key');
  const fields = { to: textOf('to'), scope: textOf('scope'), title: textOf('title'), body: textOf('body') };
  const failed = (text: string, next = key): Outcome => ({ text, isProblem: true, key: next, fields });
  const sender = await sessionOf('admin');
  if (!sender) return failed('You are not signed in any more.');
  const recipient = people.find(({ id }) => id === fields.to);
  if (!recipient) return failed('There is no such person.');
  try {
    const producer = await producerOf(sender);
    const { suppressed } = await producer.send.announcement({
      user_id: recipient.id,
      metadata: { headline: fields.title, text: fields.body },
      idempotency_key: key,
      ...(fields.scope && { scope: fields.scope }),
    });
    if (suppressed?.length) return failed(`${recipient.name} has switched announcements off.`);
  } catch (error) {
    if (error instanceof ValidationError) return failed(error.message);
    if (error instanceof Unavailable) return failed('The service does not answer. Is it running?');
    if (error instanceof RateLimited) return failed(error.message);
    if (error instanceof IdempotencyConflict) {
      return failed('It was sent before you changed it. Send again to send this too.', randomUUID());
    }
    throw error;
  }
  return { text: `${recipient.name} has it.`, isProblem: false, key: randomUUID() };
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
    }),
  ]);
}
