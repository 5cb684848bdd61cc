import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { instant, momentOf } from './moment.ts';
import { isObject, parse, quoted } from './parse.ts';

/** The body of `POST /notifications/{id}/snooze`. */
export const snoozeSchema = z.strictObject({ until: instant }, { error: 'The body must be a JSON object' });

/**
 * Reads until when a notification is snoozed.
 * @param now in milliseconds since the Unix epoch
 * @returns ISO 8601
 * @throws ValidationError also if it is less than a minute or more than 90 days ahead
 */
export function parseSnooze(body: unknown, now: number): string {
  const until = isObject(body) ? momentOf(body.until) : undefined;
  const isFar = until && (until.ms < now + limits.snoozeMinimumMs || until.ms > now + limits.snoozeMaximumMs);
  const message = `must be 1 minute to 90 days ahead; it is ${quoted(until?.text)}`;
  return parse(snoozeSchema, body, isFar ? [{ path: 'until', message }] : []).until;
}
