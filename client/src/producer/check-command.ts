import { parseCommand } from '@belfry/functions/command';
import { ValidationError } from '@belfry/functions/errors';
import { limits } from '@belfry/functions/limits';

/** A command that is checked and ready to send, with at most 500 recipients. */
export interface CheckedCommand {
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
export function toCheckedCommands(command: object): CheckedCommand[] {
  const { user_ids }: { user_ids?: readonly unknown[] } = command;
  const isLong = Array.isArray(user_ids) && user_ids.length > limits.recipients;
  const parts = isLong ? chunks(user_ids, limits.recipients) : [undefined];
  return parts.map((part, index) => {
    const json = JSON.stringify({ ...command, ...(part && { user_ids: part }) }, markNumber);
    check(json, index * limits.recipients);
    return { json, bytes: new TextEncoder().encode(json).length };
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
    parseCommand(JSON.parse(json, restoreNumber), { defaultKey: null, now: Date.now() });
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
