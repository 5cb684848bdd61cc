import * as z from 'zod/mini';
import {
  hasControlCharacters,
  hasUnstorableCharacters,
  notificationType,
  unstorableMessage,
} from './fields.ts';
import { limits } from './limits.ts';
import { isSafeRoute, isSafeUrl } from './links.ts';
import { isObject } from './parse.ts';

/** A JSON object. */
export type Metadata = { [key: string]: unknown };

/** What a frontend needs to show and link a notification: any JSON object within bounds. Some keys have a form of their own. */
export const metadata = z.custom<Metadata>().check(
  z.superRefine((value, context) => {
    const problem = isObject(value) ? findProblem(value, 1) : 'must be an object';
    if (problem) return void context.addIssue(problem);
    if (storedBytes(value) > limits.metadataBytes) {
      return void context.addIssue(
        `must have at most ${limits.metadataBytes} bytes as JSON, with exponents written out`,
      );
    }
    for (const [key, schema] of Object.entries(knownKeys)) {
      const issue = value[key] === undefined ? undefined : schema.safeParse(value[key]).error?.issues[0];
      if (issue) context.addIssue({ code: 'custom', path: [key], message: issue.message });
    }
  }),
);

/** The size as PostgreSQL stores it, with exponents written out: `1e308` is stored, read and sent as 309 digits. */
function storedBytes(value: Metadata): number {
  const stored = JSON.stringify(value, (_, child) => {
    const [, digits, exponent] = (typeof child === 'number' && /^(.+)e[+-](\d+)$/.exec(String(child))) || [];
    return exponent ? digits + '0'.repeat(Number(exponent)) : child;
  });
  return new TextEncoder().encode(stored).length;
}

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

/** The first thing in a JSON value that cannot be stored as it is, or nested too deeply. */
function findProblem(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') {
    return hasUnstorableCharacters(value) ? unstorableMessage : undefined;
  }
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : 'must contain finite numbers only';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > limits.metadataDepth) return `must be at most ${limits.metadataDepth} levels deep`;
  for (const [key, child] of Object.entries(value)) {
    // JSON.parse makes `__proto__` an own key. A careless copy of the object would make it the prototype.
    if (key === '__proto__') return 'must not have a key __proto__';
    const problem = findProblem(key, depth) ?? findProblem(child, depth + 1);
    if (problem) return problem;
  }
  return undefined;
}
