'use server';

import { randomUUID } from 'node:crypto';
import { IdempotencyConflict, RateLimited, Unavailable, ValidationError } from 'belfry/producer';
import { redirect } from 'next/navigation';
import { type FrontendName, people, personOf } from './people.ts';
import { producerOf } from './service.ts';
import { closeSession, openSession, sessionOf } from './session.ts';

export async function signIn(frontend: FrontendName): Promise<void> {
  await openSession(personOf(frontend).frontend);
  redirect(`/${frontend}`);
}

export async function signOut(frontend: FrontendName): Promise<void> {
  await closeSession(personOf(frontend).frontend);
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
  title: string;
  body: string;
}

/** What a notification is about, and where it leads in the frontend of its recipient. */
const subjects: Record<FrontendName, { type: string; route: string }> = {
  attendee: { type: 'booking', route: '/attendee/bookings/981' },
  organizer: { type: 'event', route: '/organizer/events/42' },
  admin: { type: 'announcement', route: '/admin' },
};

/** An action of the admin's form. It can be called by anybody, so it looks at the session itself. */
export async function send(_: Outcome, form: FormData): Promise<Outcome> {
  const textOf = (name: string) => String(form.get(name));
  const key = textOf('key');
  const fields = { to: textOf('to'), title: textOf('title'), body: textOf('body') };
  const failed = (text: string, next = key): Outcome => ({ text, isProblem: true, key: next, fields });
  const sender = await sessionOf('admin');
  if (!sender) return failed('You are not signed in any more.');
  const recipient = people.find(({ id }) => id === fields.to);
  if (!recipient) return failed('There is no such person.');
  try {
    const producer = await producerOf(sender);
    await producer.notify({
      user_id: recipient.id,
      title: fields.title,
      body: fields.body,
      metadata: subjects[recipient.frontend],
      idempotency_key: key,
    });
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
