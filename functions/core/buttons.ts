import * as z from 'zod/mini';
import { NotFound } from './errors.ts';
import { shownText, text } from './fields.ts';
import { isBlank } from './invisible.ts';
import { limits } from './limits.ts';
import { knownKeys } from './metadata.ts';
import type { Button } from './notification.ts';
import { expected, isGiven, quoted } from './parse.ts';

/** The id of a button, which is one segment of the address of a request. */
export const buttonId = text(limits.buttonIdLength).check(
  z.regex(/^(?!\.\.?$)[A-Za-z0-9._~-]*$/, {
    error: 'must consist of letters, digits and . _ ~ -, and be neither . nor ..',
  }),
);

/** A button as a producer writes it. */
const button = z
  .strictObject(
    {
      id: buttonId,
      label: shownText(limits.buttonLabelLength).check(
        z.refine((value) => !isBlank(value), { error: 'must not be blank' }),
      ),
      route: z.nullish(knownKeys.route),
      url: z.nullish(knownKeys.url),
    },
    expected('an object with id and label'),
  )
  .check(
    z.refine(({ route, url }) => !isGiven(route) || !isGiven(url), {
      error: 'cannot be combined with route; set one of the two, or none',
      path: ['url'],
    }),
  );

/** The buttons of a notification as a producer writes them: 1 to 3 with distinct ids. */
export const buttons = z.pipe(
  // One too many is enough to refuse a long list, so that not each of them is looked at.
  z.transform((list: z.input<typeof button>[]) =>
    Array.isArray(list) ? list.slice(0, limits.buttons + 1) : list,
  ),
  z.array(button, expected('an array of actions')).check(
    z.refine((list) => list.length >= 1 && list.length <= limits.buttons, {
      error: `must have 1 to ${limits.buttons} actions; leave it out for none`,
    }),
    z.superRefine((list, context) => {
      for (const [index, { id }] of list.entries()) {
        if (list.findIndex((other) => other.id === id) === index) continue;
        const message = `must be another than the id of the actions before; it is ${quoted(id)}`;
        context.addIssue({ code: 'custom', path: [index, 'id'], message });
      }
    }),
    z.refine((list) => bytesOf(list.map(toButton)) <= limits.buttonsBytes, {
      error: `must have at most ${limits.buttonsBytes} bytes as JSON`,
    }),
  ),
);

/** The buttons as they are kept: without fields that are null. */
export const toButtons = (list: z.output<typeof buttons> | null | undefined): Button[] | null =>
  list?.map(toButton) ?? null;

/** Whether a text can be the id of a button. */
export const isButtonId = (value: string): boolean => buttonId.safeParse(value).success;

/** @throws NotFound */
export function noSuchButton(id: number, button: string): never {
  throw new NotFound(`There is no notification ${id} with an action ${quoted(button)} in this inbox.`);
}

const toButton = ({ id, label, route, url }: z.output<typeof button>): Button => ({
  id,
  label,
  ...(typeof route === 'string' && { route }),
  ...(typeof url === 'string' && { url }),
});

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
