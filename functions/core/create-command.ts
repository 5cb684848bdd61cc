import * as z from 'zod/mini';
import type { FieldError } from './errors.ts';
import { scope, shownText, text, uuid } from './fields.ts';
import { isBlank } from './invisible.ts';
import { limits } from './limits.ts';
import { metadata } from './metadata.ts';
import type { NotificationContent } from './notification.ts';
import { expected, isGiven, isObject, parse } from './parse.ts';

/**
 * A create command as the service takes it: checked, recipients lowered and distinct, the contract's defaults filled in. What
 * the settings fill in is a `CreateRule`.
 */
export interface CreateCommand extends NotificationContent {
  /** 1 to 500 distinct lower-case UUIDs. */
  user_ids: string[];
  /** Whether the command named `user_ids`. The answer is then a list, even for one recipient. */
  is_batch: boolean;
  idempotency_key: string | null;
}

const distinctUsers = z.array(uuid, expected('an array of UUIDs')).check(
  z.overwrite((ids) => [...new Set(ids)]),
  z.refine((ids) => ids.length >= 1 && ids.length <= limits.recipients, {
    error: `must name 1 to ${limits.recipients} users`,
  }),
);

// zod checks every element before it checks the length. For a list of 100,000 that is too slow.
const recipients = z.pipe(
  z.custom<string[]>((value) => !Array.isArray(value) || value.length <= limits.rawRecipients, {
    error: `must name 1 to ${limits.recipients} users`,
  }),
  distinctUsers,
);

/** The create command as it comes over the wire. A field that may be left out may also be null, which means the same. */
export const createCommandSchema = z
  .strictObject(
    {
      user_id: z.nullish(uuid),
      user_ids: z.nullish(recipients),
      actor_id: z.nullish(uuid),
      title: shownText(limits.titleLength).check(
        z.refine((value) => !isBlank(value), { error: 'must not be blank' }),
      ),
      body: z.nullish(shownText(limits.bodyLength, 0)),
      metadata: z.nullish(metadata),
      channel: z.nullish(text(limits.channelLength)),
      scope: z.nullish(scope),
      idempotency_key: z.nullish(text(limits.idempotencyKeyLength)),
    },
    { error: 'The create command must be a JSON object' },
  )
  .check(
    z.refine((command) => isGiven(command.user_id) !== isGiven(command.user_ids), {
      error: ({ input }) =>
        `${isGiven(Object(input).user_id) ? 'cannot be combined with user_ids' : 'is missing'}; ` +
        'set exactly one of user_id and user_ids',
      path: ['user_id'],
      // By default zod skips the checks of an object if one of its fields is wrong. One refusal must name every field.
      when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
    }),
  );

/** A create command as a producer writes it. */
export type CreateCommandInput = z.input<typeof createCommandSchema>;

/**
 * Reads a create command.
 * @param defaultIdempotencyKey the key that the door gives to a command without one. It is checked like any other key,
 * because the caller of a direct invocation can make up the id of an event or a message
 * @param found mistakes that the door has already found. One error names them and the others
 * @throws ValidationError naming every field that is wrong
 */
export function parseCreateCommand(
  input: unknown,
  defaultIdempotencyKey: string | null,
  found: readonly FieldError[] = [],
): CreateCommand {
  const keyed = withKey(input, defaultIdempotencyKey);
  const { user_id, user_ids, ...command } = parse(createCommandSchema, keyed, found);
  return {
    user_ids: user_ids ?? [user_id ?? []].flat(),
    is_batch: isGiven(user_ids),
    actor_id: command.actor_id ?? null,
    title: command.title,
    body: command.body ?? '',
    metadata: command.metadata ?? {},
    channel: command.channel ?? 'in_app',
    scope: command.scope ?? null,
    idempotency_key: command.idempotency_key ?? null,
  };
}

function withKey(input: unknown, idempotency_key: string | null): unknown {
  if (idempotency_key === null || !isObject(input) || isGiven(input.idempotency_key)) return input;
  return { ...input, idempotency_key };
}
