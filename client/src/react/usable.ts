import { warn as say } from '../warn.ts';

/** What a value must be: of a type, of a form, or what a function accepts. Null is of no type. */
export type Check = string | RegExp | ((value: never) => unknown);

const said = new Set<string>();

/** Says once in development builds that something of the app cannot be used. */
export function warn(name: string, value: unknown): void {
  if (said.has(name)) return;
  said.add(name);
  say(name, value);
}

/** The value if it can be used, else undefined. */
export function usable(name: string, value: unknown, check: Check): unknown {
  if (value === undefined || isValid(value, check)) return value;
  warn(name, value);
  return;
}

function isValid(value: unknown, check: Check): unknown {
  try {
    if (check instanceof RegExp) return check.test(value as string);
    // The cast: a check finds out itself what it got.
    return typeof check === 'string' ? value !== null && typeof value === check : check(value as never);
  } catch {
    return false;
  }
}

/** What a function of the app returns while React renders. If that cannot be used, what the default one returns. */
export function outcome<Value>(
  name: string,
  check: Check,
  run: () => Value | undefined,
  byDefault: () => Value,
): Value {
  try {
    const value = usable(name, run(), check);
    // The cast: it is the value of `run`.
    if (value !== undefined) return value as Value;
  } catch (error) {
    warn(name, error);
  }
  return byDefault();
}

/** Calls a function of the app in an event. If it throws, the page reports the error, and the bell goes on. */
export function attempt<Arguments extends unknown[]>(
  run: ((...values: Arguments) => unknown) | undefined,
  ...values: Arguments
): void {
  try {
    run?.(...values);
  } catch (error) {
    (globalThis.reportError ?? console.error)(error);
  }
}
