import type { TokenRules } from '../auth/token-verifier.ts';
import {
  faultOfRequiredClaims,
  isJwksUrl,
  issuerAlgorithms,
  type RequiredClaims,
} from '../core/deployment.ts';
import { uuid } from '../core/fields.ts';
import { type TokenEnvironment, variable, words } from './environment.ts';

/**
 * Reads the rules for tokens from the environment of the function.
 * @throws Error naming the variable that is wrong
 */
export function tokenConfig(): TokenRules {
  const claims = {
    issuers: words(variable<TokenEnvironment>('JWT_ISSUERS')),
    audiences: words(variable<TokenEnvironment>('JWT_AUDIENCES')),
    requiredClaims: requiredClaims(),
    userIdClaim: variable<TokenEnvironment>('JWT_USER_ID_CLAIM'),
    userIdNamespace: namespaceOf(variable<TokenEnvironment>('JWT_USER_ID_NAMESPACE')),
    scopeClaims: words(variable<TokenEnvironment>('JWT_SCOPE_CLAIMS')),
    maximumLifeMs: milliseconds('JWT_MAXIMUM_LIFE_SECONDS'),
    maximumAgeMs: milliseconds('JWT_MAXIMUM_AGE_SECONDS'),
  };
  if (claims.userIdClaim === '')
    throw new Error('JWT_USER_ID_CLAIM is empty. Set it to the claim that names the user, usually sub.');
  if (claims.scopeClaims.length === 0)
    throw new Error('JWT_SCOPE_CLAIMS is empty. Set it to the claims that have the scopes, usually scope.');
  const secret = variable<TokenEnvironment>('JWT_SECRET');
  const jwksUrl = variable<TokenEnvironment>('JWT_JWKS_URL');
  if ((secret === '') === (jwksUrl === '')) {
    const found = secret === '' ? 'both are empty' : 'both are set';
    throw new Error(`Set exactly one of JWT_SECRET and JWT_JWKS_URL, and leave the other empty; ${found}.`);
  }
  if (jwksUrl === '') return { ...claims, secret, algorithms: algorithmsAmong(['HS256']) };
  if (!isJwksUrl(jwksUrl)) {
    throw new Error(
      'JWT_JWKS_URL must be an https URL without a user and a password (http is allowed for localhost only).',
    );
  }
  return { ...claims, jwksUrl, algorithms: algorithmsAmong(issuerAlgorithms) };
}

function algorithmsAmong<Algorithm extends string>(known: readonly Algorithm[]): Algorithm[] {
  const names = words(variable<TokenEnvironment>('JWT_ALGORITHMS'));
  const algorithms = known.filter((each) => names.includes(each));
  if (names.length === 0 || algorithms.length !== new Set(names).size) {
    const found = JSON.stringify(names.join(' '));
    throw new Error(`JWT_ALGORITHMS must be one or more of ${known.join(', ')}; it is ${found}.`);
  }
  return algorithms;
}

function requiredClaims(): RequiredClaims {
  const text = variable<TokenEnvironment>('JWT_REQUIRED_CLAIMS');
  const value = parsed(text);
  const fault = faultOfRequiredClaims(value);
  if (fault !== undefined) throw new Error(`JWT_REQUIRED_CLAIMS ${fault}; it is ${JSON.stringify(text)}.`);
  // The cast: a value without a fault is of this type.
  return value as RequiredClaims;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function milliseconds(name: keyof TokenEnvironment): number | undefined {
  const text = variable<TokenEnvironment>(name);
  if (text === '') return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text) * 1_000;
  throw new Error(
    `${name} must be a whole number of seconds from 1, or empty; it is ${JSON.stringify(text)}.`,
  );
}

function namespaceOf(text: string): string | undefined {
  if (text === '') return undefined;
  const namespace = uuid.safeParse(text);
  if (namespace.success) return namespace.data;
  throw new Error(`JWT_USER_ID_NAMESPACE must be a UUID or empty; it is ${JSON.stringify(text)}.`);
}
