import * as z from 'zod/mini';
import type { TokenRules } from '../auth/token-verifier.ts';
import { faultOfRequiredClaims, faultOfSeveral, isJwksUrl, issuerAlgorithms } from '../core/deployment.ts';
import { uuid } from '../core/fields.ts';
import { expected } from '../core/parse.ts';
import { type TokenEnvironment, variable } from './environment.ts';

const word = z
  .string(expected('a text'))
  .check(z.regex(/^\S+$/, { error: 'must not be empty or have white space' }));
const seconds = z.optional(
  z.number(expected('a number')).check(
    z.refine((value) => Number.isSafeInteger(value) && value >= 1, {
      error: 'must be a whole number of seconds from 1',
    }),
  ),
);
/** One or more algorithms of those that fit the kind of key, each once. */
const algorithmsAmong = <Algorithm extends string>(known: readonly Algorithm[]) =>
  z
    .array(z.enum(known), expected('an array'))
    .check(z.minLength(1, { error: `must be one or more of ${known.join(', ')}` }));

/** What the two kinds of rules have in common. The stack has checked it, but a value may be known at deployment only. */
const shared = {
  issuers: z.array(word),
  audiences: z.array(word),
  requiredClaims: z.custom<TokenRules['requiredClaims']>(
    (value) => faultOfRequiredClaims(value) === undefined,
    {
      error: ({ input }) => faultOfRequiredClaims(input) ?? '',
    },
  ),
  userIdClaim: z.string(expected('a text')).check(z.minLength(1, { error: 'must not be empty' })),
  userIdNamespace: z.optional(uuid),
  keptUuids: z.enum(['all', 'unmapped', 'none']),
  scopeClaims: z.array(word).check(z.minLength(1, { error: 'must not be empty' })),
  maximumLifeSeconds: seconds,
  maximumAgeSeconds: seconds,
};

const ofSecret = z.strictObject({ ...shared, algorithms: algorithmsAmong(['HS256']) });
const ofIssuer = z.strictObject({
  ...shared,
  algorithms: algorithmsAmong(issuerAlgorithms),
  jwksUrl: z.string(expected('a text')).check(
    z.refine(isJwksUrl, {
      error: 'must be an https URL without a user and a password (http is allowed for localhost only)',
    }),
  ),
});

/**
 * Reads the rules for tokens from the environment of the function.
 * @returns one entry, or one for each of several issuers
 * @throws Error naming the variable that is wrong, and what in it. It quotes no value
 */
export function tokenConfig(): TokenRules[] {
  const secret = variable<TokenEnvironment>('JWT_SECRET');
  const found = parsed(variable<TokenEnvironment>('JWT_RULES'));
  if (!Array.isArray(found) || found.length === 0) {
    throw new Error(
      'JWT_RULES must be a JSON array with the rules for tokens. Deploy with the construct of lib/, which sets it.',
    );
  }
  const rules = found.map((each, index) => rulesOf(each, index, secret));
  const fault = faultOfSeveral(rules);
  if (fault !== undefined) throw new Error(`JWT_RULES: ${fault}`);
  return rules;
}

function rulesOf(value: unknown, index: number, secret: string): TokenRules {
  const hasUrl = typeof value === 'object' && value !== null && 'jwksUrl' in value;
  if (hasUrl === (secret !== '')) {
    const state = hasUrl ? 'both are set' : 'both are missing';
    throw new Error(`Set exactly one of JWT_SECRET and jwksUrl in JWT_RULES; ${state}.`);
  }
  if (!hasUrl) return { ...inMilliseconds(checked(ofSecret, value, index)), secret };
  return inMilliseconds(checked(ofIssuer, value, index));
}

function checked<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  index: number,
): z.output<Schema> {
  const { data, error } = schema.safeParse(value);
  if (!error) return data as z.output<Schema>;
  const [{ path = [], message = '' } = {}] = error.issues;
  throw new Error(`JWT_RULES: ${[index, ...path].join('.')} ${message}. Deploy with a right value.`);
}

function inMilliseconds<
  Rules extends { maximumLifeSeconds?: number | undefined; maximumAgeSeconds?: number | undefined },
>({ maximumLifeSeconds: life, maximumAgeSeconds: age, ...rules }: Rules) {
  return {
    ...rules,
    maximumLifeMs: life === undefined ? undefined : life * 1_000,
    maximumAgeMs: age === undefined ? undefined : age * 1_000,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
