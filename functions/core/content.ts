import * as z from 'zod/mini';
import { shownText, text } from './fields.ts';
import { isBlank } from './invisible.ts';
import { limits } from './limits.ts';
import { expected } from './parse.ts';

// The fields of commands that more than one of them has, or that have fields of their own.

/** A title, which shows at least one character. */
export const title = shownText(limits.titleLength).check(
  z.refine((value) => !isBlank(value), { error: 'must not be blank' }),
);

/** A body, which may be empty. */
export const body = shownText(limits.bodyLength, 0);

/** An idempotency key. */
export const idempotencyKey = text(limits.idempotencyKeyLength);

/** What creates of one group have in common. */
export const groupKey = text(limits.groupKeyLength);

/** The group of a create, and what its notification says from the second create on. */
export const group = z.strictObject(
  { key: groupKey, title: z.nullish(title), body: z.nullish(body) },
  expected('an object with a key'),
);

/** After how many seconds an event tells that a notification is still unread. */
export const alertAfter = z.number(expected('an integer')).check(
  z.refine(
    (value) =>
      Number.isInteger(value) && value >= limits.alertAfterMinimum && value <= limits.alertAfterMaximum,
    {
      error: ({ input }) =>
        `must be an integer of ${limits.alertAfterMinimum} to ${limits.alertAfterMaximum} seconds; it is ${input}`,
    },
  ),
);
