import { ValidationError } from '../../functions/core/errors.ts';

/** What a refusal says, by field. If it says several things of a field, the first. */
export function refusalOf(run: () => unknown): Record<string, string> {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return Object.fromEntries(error.errors.toReversed().map(({ path, message }) => [path, message]));
  }
  throw new Error('Nothing was refused.');
}
