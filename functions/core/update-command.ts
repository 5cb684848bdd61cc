import * as z from 'zod/mini';
import { buttons, toButtons } from './buttons.ts';
import { body, idempotencyKey, title } from './content.ts';
import type { FieldError } from './errors.ts';
import { uuid } from './fields.ts';
import { metadata } from './metadata.ts';
import { instant, momentOf, wrongExpiry } from './moment.ts';
import type { Patch } from './notification-repository.ts';
import { isObject, parse } from './parse.ts';
import {
  isAnyObject,
  namesRecipients,
  type Recipients,
  recipientFields,
  toRecipients,
} from './recipients.ts';

/** What an update can change. Null: back to what a create without this field has. */
const patchFields = {
  title: z.optional(title),
  body: z.nullish(body),
  metadata: z.nullish(metadata),
  actor_id: z.nullish(uuid),
  actions: z.nullish(buttons),
  expires_at: z.nullish(instant),
};

// The cast: the keys of the object above are its own.
const patchNames = Object.keys(patchFields) as (keyof typeof patchFields)[];

/** The update command as it comes over the wire. */
export const updateCommandSchema = z
  .strictObject({
    action: z.literal('update'),
    ...recipientFields,
    idempotency_key: idempotencyKey,
    ...patchFields,
    realert: z.nullish(z.boolean({ error: 'must be true or false' })),
  })
  .check(
    namesRecipients,
    z.refine((command) => patchNames.some((name) => command[name] !== undefined), {
      error: `An update must set at least one of ${patchNames.join(', ')}.`,
      when: isAnyObject,
    }),
  );

/** An update command as a producer writes it. */
export type UpdateCommandInput = z.input<typeof updateCommandSchema>;

/** An update command as the service takes it: it edits the notification that a create with this key has made. */
export interface UpdateCommand extends Recipients {
  idempotency_key: string;
  /** At least one field. */
  patch: Patch;
  /** Whether the notification becomes unread and moves up. */
  realert: boolean;
}

/**
 * Reads an update command.
 * @param now in milliseconds since the Unix epoch
 * @throws ValidationError naming every field that is wrong
 */
export function parseUpdate(input: unknown, now: number, found: readonly FieldError[] = []): UpdateCommand {
  const expires = isObject(input) ? momentOf(input.expires_at) : undefined;
  const given = parse(updateCommandSchema, input, [...found, ...wrongExpiry(expires, now)]);
  const patch: Patch = {
    ...(given.title !== undefined && { title: given.title }),
    ...(given.body !== undefined && { body: given.body ?? '' }),
    ...(given.metadata !== undefined && { metadata: given.metadata ?? {} }),
    ...(given.actor_id !== undefined && { actor_id: given.actor_id }),
    ...(given.actions !== undefined && { actions: toButtons(given.actions) }),
    ...(given.expires_at !== undefined && { expires_at: given.expires_at }),
  };
  return {
    ...toRecipients(given),
    idempotency_key: given.idempotency_key,
    patch,
    realert: given.realert ?? false,
  };
}
