import { parseCreateCommand } from '@belfry/functions/create-command';
import { ValidationError } from '@belfry/functions/errors';
import { limits } from '@belfry/functions/limits';
import type { Metadata } from '../wire.ts';

/**
 * A create command: what a notification says, and to whom. A field that may be left out may also be null, which means the
 * same.
 *
 * @example
 * const command: CreateCommand = {
 *   user_id: '0b5e55ed-0000-4000-8000-000000000001',
 *   title: 'Your seat is confirmed',
 *   body: 'Row F, seat 12.',
 *   metadata: { type: 'booking', route: '/bookings/12' },
 *   idempotency_key: 'booking-12-confirmed',
 * };
 */
export type CreateCommand = CommandContent & Recipients;

/** What a notification says. */
export interface CommandContent {
  /** 1 to 255 characters. At least one is visible. */
  title: string;
  /** At most 4,000 characters. Default: empty. */
  body?: string | null | undefined;
  /** The user who caused it, by UUID. Default: none. */
  actor_id?: string | null | undefined;
  /**
   * At most 4,096 bytes as JSON, 5 levels deep, with numbers up to ±9007199254740991. Known keys: `type`, `url` and
   * `route`. Default: `{}`.
   */
  metadata?: Metadata | null | undefined;
  /** 1 to 20 characters. Default: `in_app`. */
  channel?: string | null | undefined;
  /**
   * The frontend in whose bell it is shown: one of the service's scopes. Default: that of its type. If that has none either,
   * every bell shows it.
   */
  scope?: string | null | undefined;
  /** 1 to 255 characters. A second command with the same key creates no second notification. Default: a random key. */
  idempotency_key?: string | null | undefined;
}

/** Who gets a notification: one user, or several. */
export type Recipients =
  | {
      /** The recipient, by UUID. */
      user_id: string;
      user_ids?: null | undefined;
    }
  | {
      /** The recipients, by UUID, without a limit. More than 500 are sent in several commands with the same key. */
      user_ids: readonly string[];
      user_id?: null | undefined;
    };

/** A create command that is checked and ready to send, with an idempotency key and at most 500 recipients. */
export interface CheckedCommand {
  idempotency_key: string;
  /** The command as JSON. */
  json: string;
  /** The length of `json` in UTF-8. */
  bytes: number;
}

/**
 * Checks a command by the service's own rules, and splits it if it has more than 500 recipients. It checks the JSON,
 * because that is what it sends. A number that JSON cannot carry is refused too: JSON.stringify would write null for it,
 * or throw an error that does not name the field.
 *
 * @throws ValidationError that names every field that is wrong
 */
export function toCheckedCommands(command: CreateCommand): CheckedCommand[] {
  const idempotency_key = command.idempotency_key ?? crypto.randomUUID();
  const { user_ids } = command;
  const isLong = Array.isArray(user_ids) && user_ids.length > limits.recipients;
  const parts = isLong ? chunks(user_ids, limits.recipients) : [undefined];
  return parts.map((part, index) => {
    const json = JSON.stringify({ ...command, ...(part && { user_ids: part }), idempotency_key }, markNumber);
    check(json, index * limits.recipients);
    return { idempotency_key, json, bytes: new TextEncoder().encode(json).length };
  });
}

/** Stands in the JSON for a number that JSON cannot carry. The service refuses it as it is, because of its first character. */
const unwritable = '\0a number that JSON cannot carry';

const markNumber = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? unwritable : value;

const restoreNumber = (_: string, value: unknown): unknown => (value === unwritable ? Number.NaN : value);

/** @param offset the number of recipients in earlier parts, so that an error names the place in the whole list */
function check(json: string, offset: number): void {
  try {
    parseCreateCommand(JSON.parse(json, restoreNumber), null);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new ValidationError(
      error.errors.map(({ path, message }) => ({
        path: path.replace(/^user_ids\.(\d+)$/, (_, index) => `user_ids.${Number(index) + offset}`),
        message,
      })),
    );
  }
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
