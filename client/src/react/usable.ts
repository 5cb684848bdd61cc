import { warnOnce } from '../warn.ts';

/**
 * What a function of the app returns while React renders. Undefined, with a warning, if it throws or returns what cannot be
 * used.
 */
export function outcome<Value>(
  name: string,
  run: () => Value,
  isUsable: (value: Value) => unknown = () => true,
): Value | undefined {
  try {
    const value = run();
    if (value === undefined || isUsable(value)) return value;
    warnOnce(name, value);
  } catch (error) {
    warnOnce(name, error);
  }
  return;
}

export const isText = (value: unknown): value is string => typeof value === 'string';

/** Calls a function of the app in an event. If it throws, the console says so, and the bell goes on. */
export function attempt<Arguments extends unknown[]>(
  run: ((...values: Arguments) => unknown) | null | undefined,
  ...values: Arguments
): void {
  try {
    if (typeof run === 'function') run(...values);
  } catch (error) {
    console.error(error);
  }
}
