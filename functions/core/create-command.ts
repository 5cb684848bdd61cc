import * as z from 'zod/mini';
import { buttons, toButtons } from './buttons.ts';
import { alertAfter, body, group, idempotencyKey, title } from './content.ts';
import type { FieldError } from './errors.ts';
import { scope, text, uuid } from './fields.ts';
import { limits } from './limits.ts';
import { metadata } from './metadata.ts';
import { instant, type Moment, momentOf, wrongExpiry } from './moment.ts';
import type { CreateContent } from './notification-repository.ts';
import { isObject, parse, quoted } from './parse.ts';
import { namesRecipients, type Recipients, recipientFields, toRecipients } from './recipients.ts';

/**
 * A create command as the service takes it: checked, recipients lowered and distinct, the contract's defaults filled in. What
 * the settings fill in is a `CreateRule`.
 */
export interface CreateCommand extends CreateContent, Recipients {
  idempotency_key: string | null;
}

/** The create command as it comes over the wire. A field that may be left out may also be null, which means the same. */
export const createCommandSchema = z
  .strictObject(
    {
      action: z.nullish(z.literal('create')),
      ...recipientFields,
      actor_id: z.nullish(uuid),
      title,
      body: z.nullish(body),
      metadata: z.nullish(metadata),
      channel: z.nullish(text(limits.channelLength)),
      scope: z.nullish(scope),
      actions: z.nullish(buttons),
      group: z.nullish(group),
      expires_at: z.nullish(instant),
      alert_after: z.nullish(alertAfter),
      deliver_at: z.nullish(instant),
      idempotency_key: z.nullish(idempotencyKey),
    },
    { error: 'The command must be a JSON object' },
  )
  .check(namesRecipients);

/** A create command as a producer writes it. */
export type CreateCommandInput = z.input<typeof createCommandSchema>;

/** A create command, and when to send it. */
export interface DatedCreate {
  command: CreateCommand;
  /** ISO 8601. Null: at once. */
  deliver_at: string | null;
}

/**
 * Reads a create command.
 * @param now in milliseconds since the Unix epoch
 * @param found mistakes that were found before. One error names them and the others
 * @throws ValidationError naming every field that is wrong
 */
export function parseCreate(input: unknown, now: number, found: readonly FieldError[] = []): DatedCreate {
  const { user_id, user_ids, ...command } = parse(createCommandSchema, input, [
    ...found,
    ...wrongTimes(input, now),
  ]);
  return {
    command: {
      ...toRecipients({ user_id, user_ids }),
      actor_id: command.actor_id ?? null,
      title: command.title,
      body: command.body ?? '',
      metadata: command.metadata ?? {},
      channel: command.channel ?? 'in_app',
      scope: command.scope ?? null,
      actions: toButtons(command.actions),
      group: toGroup(command.group),
      expires_at: command.expires_at ?? null,
      alert_after: command.alert_after ?? null,
      idempotency_key: command.idempotency_key ?? null,
    },
    deliver_at: command.deliver_at ?? null,
  };
}

const toGroup = (given: z.output<typeof group> | null | undefined): CreateCommand['group'] =>
  given ? { key: given.key, title: given.title ?? null, body: given.body ?? null } : null;

function wrongTimes(input: unknown, now: number): FieldError[] {
  const [deliver, expires] = isObject(input) ? [input.deliver_at, input.expires_at].map(momentOf) : [];
  const isTooEarly = deliver && expires && expires.ms <= deliver.ms;
  return [
    ...(deliver ? wrongDelivery(deliver, now) : []),
    ...(isTooEarly
      ? [{ path: 'expires_at', message: `must be after deliver_at; it is ${quoted(expires.text)}` }]
      : wrongExpiry(expires, now)),
  ];
}

function wrongDelivery({ ms, text }: Moment, now: number): FieldError[] {
  const days = (value: number) => value / 86_400_000;
  if (ms > now + limits.scheduleMaximumMs) {
    const message = `must be at most ${days(limits.scheduleMaximumMs)} days ahead; it is ${quoted(text)}`;
    return [{ path: 'deliver_at', message }];
  }
  // A command may have waited in a queue, and is then sent at once. Long ago it is a mistake.
  if (ms < now - limits.scheduleLateMs) {
    const message = `must be in the future; it is ${quoted(text)}`;
    return [{ path: 'deliver_at', message }];
  }
  return [];
}
