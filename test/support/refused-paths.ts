import { ValidationError } from '../../functions/core/errors.ts';

/** The paths of the fields for which an input is refused. */
export function refusedPaths(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ValidationError) return error.errors.map(({ path }) => path);
    throw error;
  }
  throw new Error('Nothing was refused.');
}
