import * as z from 'zod/mini';
import { withoutOpenControls } from './bidi-controls.ts';
import { limits } from './limits.ts';
import { expected, quoted } from './parse.ts';
import { scopeName } from './policy.ts';

// The kinds of values that inputs consist of.

/** A UUID of any version. Upper case is accepted and lowered. */
export const uuid = z
  .string(expected('a UUID'))
  .check(
    z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, { error: 'must be a UUID' }),
    z.toLowerCase(),
  );

/** What PostgreSQL cannot store, or a screen cannot show. */
export const unstorable = 'control characters (except tab and line breaks) or unpaired surrogates';

/** What is wrong with a text for which `hasUnstorableCharacters` is true. */
export const unstorableMessage = `must not contain ${unstorable}`;

/** A text of `minimum` (1) to `maximum` code points that PostgreSQL can store. */
export const text = (maximum: number, minimum = 1) =>
  z.string(expected('a string')).check(...textChecks(maximum, minimum));

/** A text that people read, with bidirectional controls that reach no further than their line. */
export const shownText = (maximum: number, minimum = 1) =>
  z.string(expected('a string')).check(z.overwrite(withoutOpenControls), ...textChecks(maximum, minimum));

function textChecks(maximum: number, minimum: number) {
  return [
    z.refine<string>((value) => isBetween(codePointLength(value), minimum, maximum), {
      error: `must have ${minimum} to ${maximum} characters`,
      // The documents read the bounds here.
      params: { minimum, maximum },
    }),
    z.refine<string>((value) => !hasUnstorableCharacters(value), {
      error: unstorableMessage,
    }),
  ];
}

const isBetween = (value: number, minimum: number, maximum: number) => value >= minimum && value <= maximum;

/** The known key of `metadata` by which a frontend filters. */
export const notificationType = text(limits.typeLength);

/** The name of a scope. The policy says whether it is a configured one. */
export const scope = z.string(expected('the name of a scope')).check(
  z.regex(scopeName, {
    error: ({ input }) =>
      `must be the name of a scope (a-z, 0-9, _ and -, at most 32 characters); it is ${quoted(input)}`,
  }),
);

/** A JSON number: positive, and small enough to be exact in JavaScript. */
const positiveInteger = () =>
  z
    .number(expected('an integer'))
    .check(
      z.refine((value) => Number.isSafeInteger(value) && value > 0, { error: 'must be a positive integer' }),
    );

/** The id of a notification. */
export const notificationId = positiveInteger();

/** The id of a scheduled create. */
export const scheduleId = positiveInteger();

/** The position of a notification in its inbox. */
export const position = positiveInteger();

// Unpaired surrogates: JSON can escape them, but neither PostgreSQL nor DynamoDB can store them.
const unstorableCharacter = /[^\P{Cc}\t\n\r]|\p{Cs}/u;
const anyControl = /\p{Cc}|\p{Cs}/u;

/** Whether a text holds a control character (C0, C1 or DEL) other than tab and line breaks, or an unpaired surrogate. */
export const hasUnstorableCharacters = (value: string): boolean => unstorableCharacter.test(value);

/** Whether a text holds any control character, tab and line breaks included, or an unpaired surrogate. */
export const hasControlCharacters = (value: string): boolean => anyControl.test(value);

/** The length of a text in Unicode code points, as PostgreSQL's `varchar(n)` counts it. */
function codePointLength(value: string): number {
  let length = 0;
  for (const _ of value) length += 1;
  return length;
}
