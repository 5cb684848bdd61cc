import { type CommandAction, commandActions } from './command.ts';
import type { CreateDoor } from './create-policy.ts';
import { refusalCodeOf } from './errors.ts';
import { isGiven, isObject } from './parse.ts';
import type { Metrics } from './ports.ts';

/** What a command does, as the metrics call it. `schedule` is a create for later, `other` an action that does not exist. */
export type CountedAction = CommandAction | 'schedule' | 'other';

/** What a command wants, even if it is refused for what else is in it. */
export function countedAction(input: unknown): CountedAction {
  if (!isObject(input)) return 'create';
  if (isGiven(input.action) && input.action !== 'create') {
    return commandActions.find((action) => action === input.action) ?? 'other';
  }
  return isGiven(input.deliver_at) ? 'schedule' : 'create';
}

/**
 * Does what a command says, and counts it with its outcome: carried out, refused or failed.
 * @throws what `work` throws
 */
export async function countCommand<Result>(
  metrics: Metrics,
  labels: { door: CreateDoor['name']; action: CountedAction },
  work: () => Promise<Result>,
): Promise<Result> {
  metrics.count('Commands', 1, labels);
  try {
    return await work();
  } catch (error) {
    const reason = refusalCodeOf(error);
    if (reason === undefined) metrics.count('CommandsFailed', 1, labels);
    else metrics.count('CommandsRefused', 1, { ...labels, reason });
    throw error;
  }
}
