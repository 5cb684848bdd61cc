import * as z from 'zod/mini';
import type { FieldError } from './errors.ts';
import { quoted } from './parse.ts';

// biome-ignore lint/style/noRestrictedGlobals: reads times that are given, and does not ask what time it is
const DateOfText = Date;

const expectedText =
  'a time with seconds and an offset, such as 2026-12-31T18:00:00Z or 2026-12-31T18:00:00+01:00';

/** A moment: ISO 8601 with seconds and an offset. The output is UTC, to the millisecond. */
export const instant = z.pipe(
  z.iso.datetime({
    offset: true,
    error: ({ input }) => {
      if (input === undefined) return 'is required';
      return `must be ${expectedText}${typeof input === 'string' ? `; it is ${quoted(input)}` : ''}`;
    },
  }),
  z.pipe(
    z.transform((value: string) => new DateOfText(value).toISOString()),
    // In UTC another year may begin. Beyond these four digits a time is written in another way.
    z.string().check(z.regex(/^\d{4}-/, { error: 'must be in the years 0000 to 9999 of UTC' })),
  ),
);

/** A time as milliseconds since the Unix epoch. */
export const msOf = (time: string): number => DateOfText.parse(time);

/** A time in an input, which is compared with the clock. */
export interface Moment {
  /** In milliseconds since the Unix epoch. */
  ms: number;
  /** As it was given. */
  text: string;
}

/** The time that a field gives. Undefined: it gives none, or what its schema refuses, so that one mistake is named once. */
export function momentOf(value: unknown): Moment | undefined {
  const { success, data } = instant.safeParse(value);
  return success ? { ms: msOf(data), text: String(value) } : undefined;
}

/** What is wrong with the time at which a notification expires. */
export function wrongExpiry(expires: Moment | undefined, now: number): FieldError[] {
  return !expires || expires.ms > now ? [] : [hasExpired(expires.text)];
}

export const hasExpired = (expires_at: string): FieldError => ({
  path: 'expires_at',
  message: `must be in the future; it is ${quoted(expires_at)}`,
});
