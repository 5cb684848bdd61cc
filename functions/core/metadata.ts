import * as z from 'zod/mini';
import {
  hasControlCharacters,
  hasUnstorableCharacters,
  notificationType,
  unstorable,
  unstorableMessage,
} from './fields.ts';
import { limits } from './limits.ts';
import { isSafeRoute, isSafeUrl } from './links.ts';
import { isGiven, isObject } from './parse.ts';

/** A JSON object. */
export type Metadata = { [key: string]: unknown };

/** Something that is wrong with a value in `metadata`, and the keys that lead to the value. */
interface Problem {
  path: string[];
  message: string;
}

/**
 * What a frontend needs to show and link a notification: any JSON object within bounds. Some keys have a form of their own.
 * If one of these is null, it counts as left out.
 */
export const metadata = z.custom<Metadata>().check(
  z.superRefine((value, context) => {
    let named = 0;
    for (const { path, message } of problemsOf(value)) {
      context.addIssue({ code: 'custom', path, message });
      named += 1;
      if (named === limits.namedErrors) return;
    }
  }),
  z.overwrite((value) => (isObject(value) ? withoutNullKeys(value) : value)),
);

const linkText = z.string({ error: 'must be a string' }).check(
  z.refine((value) => !hasControlCharacters(value), {
    error: 'must not contain control characters or unpaired surrogates',
  }),
);

/** The keys of `metadata` that have a form of their own. */
export const knownKeys = {
  type: notificationType,
  url: linkText.check(
    z.refine(isSafeUrl, {
      error: 'must be an https: URL (or http://localhost for development), without user info and \\',
    }),
  ),
  route: linkText.check(
    z.refine(isSafeRoute, { error: 'must be a path that starts with / and stays on the site, without \\' }),
  ),
} satisfies Record<string, z.ZodMiniType>;

const isKnown = (key: string): boolean => Object.hasOwn(knownKeys, key);

const withoutNullKeys = (value: Metadata): Metadata =>
  Object.fromEntries(Object.entries(value).filter(([key, child]) => child !== null || !isKnown(key)));

/** Everything that is wrong: first the whole and the known keys, so that a hundred other mistakes do not hide them. */
function* problemsOf(value: unknown): Generator<Problem> {
  if (!isObject(value)) return yield { path: [], message: 'must be an object' };
  if (storedBytes(value) > limits.metadataBytes) {
    yield {
      path: [],
      message: `must have at most ${limits.metadataBytes} bytes as JSON, with exponents written out`,
    };
  }
  for (const [key, schema] of Object.entries(knownKeys)) {
    const issue = isGiven(value[key]) ? schema.safeParse(value[key]).error?.issues[0] : undefined;
    if (issue) yield { path: [key], message: issue.message };
  }
  for (const [key, child] of Object.entries(value)) if (!isKnown(key)) yield* problemsAt([key], key, child);
}

/** Everything in a JSON value that cannot be kept exactly as it is, or is nested too deeply. */
function* problemsAt(path: string[], key: string, value: unknown): Generator<Problem> {
  // JSON.parse makes `__proto__` an own key. A careless copy of the object would make it the prototype.
  if (key === '__proto__') yield { path, message: 'must not be a key' };
  if (hasUnstorableCharacters(key)) yield { path, message: `must not be a key with ${unstorable}` };
  if (typeof value === 'string' && hasUnstorableCharacters(value)) yield { path, message: unstorableMessage };
  if (typeof value === 'number' && !(Math.abs(value) <= limits.metadataNumber)) {
    const bounds = `from -${limits.metadataNumber} to ${limits.metadataNumber}`;
    yield { path, message: `must be a number ${bounds}; send it as text` };
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= limits.metadataDepth) {
    return yield { path, message: `must not be nested deeper than ${limits.metadataDepth} levels` };
  }
  for (const [key, child] of Object.entries(value)) yield* problemsAt([...path, key], key, child);
}

/** The size as PostgreSQL stores it, with exponents written out: `1e-300` is stored, read and sent as 302 characters. */
function storedBytes(value: Metadata): number {
  const stored = JSON.stringify(cut(value, limits.metadataDepth), (_, child) => {
    const [, digits, exponent] = (typeof child === 'number' && /^(.+)e-(\d+)$/.exec(String(child))) || [];
    return exponent ? digits + '0'.repeat(Number(exponent)) : child;
  });
  return new TextEncoder().encode(stored).length;
}

/** A copy without what is nested too deeply. JSON.stringify fails for a value with 100,000 levels. */
function cut(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  if (Array.isArray(value)) return value.map((child) => cut(child, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, cut(child, levels - 1)]));
}
