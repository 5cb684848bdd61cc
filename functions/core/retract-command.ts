import * as z from 'zod/mini';
import { groupKey, idempotencyKey } from './content.ts';
import type { FieldError } from './errors.ts';
import { parse } from './parse.ts';
import { exactlyOne, namesRecipients, type Recipients, recipientFields, toRecipients } from './recipients.ts';

/** The retract command as it comes over the wire. */
export const retractCommandSchema = z
  .strictObject({
    action: z.literal('retract'),
    ...recipientFields,
    idempotency_key: z.nullish(idempotencyKey),
    group_key: z.nullish(groupKey),
  })
  .check(namesRecipients, exactlyOne('idempotency_key', 'group_key'));

/** A retract command as a producer writes it. */
export type RetractCommandInput = z.input<typeof retractCommandSchema>;

/** A retract command as the service takes it: it takes back the notification of a key, or all of a group. */
export interface RetractCommand extends Recipients {
  which: { idempotency_key: string } | { group_key: string };
}

/**
 * Reads a retract command.
 * @throws ValidationError naming every field that is wrong
 */
export function parseRetract(input: unknown, found: readonly FieldError[] = []): RetractCommand {
  const { idempotency_key, group_key, ...given } = parse(retractCommandSchema, input, found);
  // The schema has checked that exactly one of the two is given.
  const which = idempotency_key != null ? { idempotency_key } : { group_key: group_key ?? '' };
  return { ...toRecipients(given), which };
}
