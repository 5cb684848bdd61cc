import { parseCreateCommand } from '@belfry/functions/create-command';
import { ValidationError } from '@belfry/functions/errors';
import { limits } from '@belfry/functions/limits';
import type { Metadata } from '../wire.ts';

/** What a notification says, and to whom. */
export type CreateCommand = {
  /** 1 to 255 characters, not blank. */
  title: string;
  /** 1 to 4,000 characters. */
  body: string;
  /** Who caused it, a UUID. Default: nobody. */
  actor_id?: string | null | undefined;
  /** At most 4,096 bytes as JSON, 5 levels deep. Known keys: `type`, `url` and `route`. Default: `{}`. */
  metadata?: Metadata | undefined;
  /** 1 to 20 characters. Default: `in_app`. */
  channel?: string | undefined;
  /** 1 to 255 characters; whoever sends the same again makes no second notification. Default: a random one. */
  idempotency_key?: string | undefined;
} & (
  | {
      /** The recipient, a UUID. */
      user_id: string;
      user_ids?: undefined;
    }
  | {
      /** The recipients, any number of UUIDs. Those beyond 500 go in commands of their own, with the same key. */
      user_ids: readonly string[];
      user_id?: undefined;
    }
);

/** A command as it goes through a door: checked, with its key, and for 500 recipients at most. */
export interface Letter {
  idempotency_key: string;
  /** The command as JSON. */
  text: string;
  /** Of the text, as UTF-8. */
  bytes: number;
}

/**
 * The letters that a command makes. What is checked is what will be sent: the command as JSON, by the service's own
 * rules.
 * @throws ValidationError naming every field that is wrong
 */
export function toLetters(command: CreateCommand): Letter[] {
  const idempotency_key = command.idempotency_key ?? crypto.randomUUID();
  const { user_ids } = command;
  const isLong = Array.isArray(user_ids) && user_ids.length > limits.recipients;
  const parts = isLong ? chunks(user_ids, limits.recipients) : [undefined];
  return parts.map((part, index) => {
    const text = JSON.stringify({ ...command, ...(part && { user_ids: part }), idempotency_key });
    check(text, index * limits.recipients);
    return { idempotency_key, text, bytes: new TextEncoder().encode(text).length };
  });
}

/** @param offset how many recipients went before, so that the refusal names the place in the whole list */
function check(text: string, offset: number): void {
  try {
    parseCreateCommand(JSON.parse(text), null);
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
