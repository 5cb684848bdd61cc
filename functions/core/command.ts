import * as z from 'zod/mini';
import { type DatedCreate, parseCreate } from './create-command.ts';
import { type FieldError, ValidationError } from './errors.ts';
import { scheduleId } from './fields.ts';
import { isGiven, isObject, parse, quoted } from './parse.ts';
import { parseRetract, type RetractCommand } from './retract-command.ts';
import { parseUpdate, type UpdateCommand } from './update-command.ts';

/** What a command does. One without an action creates. */
export const commandActions = ['create', 'update', 'retract', 'cancel'] as const;

export type CommandAction = (typeof commandActions)[number];

/** The cancel command as it comes over the wire. */
export const cancelCommandSchema = z.strictObject({
  action: z.literal('cancel'),
  scheduled_id: scheduleId,
});

/** A cancel command: it calls a scheduled create off. */
export type CancelCommandInput = z.input<typeof cancelCommandSchema>;

/** A command as the service takes it, by what it does. */
export type Command =
  | ({ action: 'create' } & DatedCreate)
  | { action: 'update'; command: UpdateCommand }
  | { action: 'retract'; command: RetractCommand }
  | { action: 'cancel'; scheduled_id: number };

/** What a door knows beside the command. */
export interface CommandContext {
  /**
   * The key that the door gives to a create without one. It is checked like any other key, because the caller of a direct
   * invocation can make up the id of an event or a message. Another command names the key of a create, so it gets none.
   */
  defaultKey: string | null;
  /** The time, in milliseconds since the Unix epoch. */
  now: number;
  /** Mistakes that the door has already found. One error names them and the others. */
  found?: readonly FieldError[];
}

/**
 * Reads a command.
 * @throws ValidationError naming every field that is wrong
 */
export function parseCommand(input: unknown, { defaultKey, now, found = [] }: CommandContext): Command {
  const action = actionOf(input, found);
  switch (action) {
    case 'create':
      return { action, ...parseCreate(withKey(input, defaultKey), now, found) };
    case 'update':
      return { action, command: parseUpdate(input, now, found) };
    case 'retract':
      return { action, command: parseRetract(input, found) };
    case 'cancel':
      return { action, scheduled_id: parse(cancelCommandSchema, input, found).scheduled_id };
  }
}

/** What a command does. Of something that is no object, the schema of creates says what is wrong. */
function actionOf(input: unknown, found: readonly FieldError[]): CommandAction {
  if (!isObject(input) || !isGiven(input.action)) return 'create';
  const action = commandActions.find((name) => name === input.action);
  if (action) return action;
  const message = `must be one of ${commandActions.join(', ')}, or left out for a create; it is ${quoted(input.action)}`;
  throw new ValidationError([...found, { path: 'action', message }]);
}

function withKey(input: unknown, idempotency_key: string | null): unknown {
  if (idempotency_key === null || !isObject(input) || isGiven(input.idempotency_key)) return input;
  return { ...input, idempotency_key };
}
