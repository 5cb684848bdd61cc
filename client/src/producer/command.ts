import { parseCreateCommand } from '@belfry/functions/create-command';
import { ValidationError } from '@belfry/functions/errors';
import { limits } from '@belfry/functions/limits';
import type { Metadata } from '../wire.ts';

/**
 * A create command: what a notification says, and to whom.
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
export type CreateCommand = {
  /** 1 to 255 characters, not blank. */
  title: string;
  /** 1 to 4,000 characters. */
  body: string;
  /** The user who caused it, by UUID. Default: none. */
  actor_id?: string | null | undefined;
  /** At most 4,096 bytes as JSON, 5 levels deep. Known keys: `type`, `url` and `route`. Default: `{}`. */
  metadata?: Metadata | undefined;
  /** 1 to 20 characters. Default: `in_app`. */
  channel?: string | undefined;
  /** 1 to 255 characters. A second command with the same key creates no second notification. Default: a random key. */
  idempotency_key?: string | undefined;
} & (
  | {
      /** The recipient, by UUID. */
      user_id: string;
      user_ids?: undefined;
    }
  | {
      /** The recipients, by UUID, without a limit. More than 500 are sent in several commands with the same key. */
      user_ids: readonly string[];
      user_id?: undefined;
    }
);

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
 * because that is what it sends.
 *
 * @throws ValidationError that names every field that is wrong
 */
export function toCheckedCommands(command: CreateCommand): CheckedCommand[] {
  const idempotency_key = command.idempotency_key ?? crypto.randomUUID();
  const { user_ids } = command;
  const isLong = Array.isArray(user_ids) && user_ids.length > limits.recipients;
  const parts = isLong ? chunks(user_ids, limits.recipients) : [undefined];
  return parts.map((part, index) => {
    const json = JSON.stringify({ ...command, ...(part && { user_ids: part }), idempotency_key });
    check(json, index * limits.recipients);
    return { idempotency_key, json, bytes: new TextEncoder().encode(json).length };
  });
}

/** @param offset the number of recipients in earlier parts, so that an error names the place in the whole list */
function check(json: string, offset: number): void {
  try {
    parseCreateCommand(JSON.parse(json), null);
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
