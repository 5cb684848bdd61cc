import type { TokenRules } from '../auth/token-verifier.ts';
import { isJwksUrl } from '../core/deployment.ts';
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
    userIdClaim: variable<TokenEnvironment>('JWT_USER_ID_CLAIM'),
    userIdNamespace: namespaceOf(variable<TokenEnvironment>('JWT_USER_ID_NAMESPACE')),
  };
  if (claims.userIdClaim === '')
    throw new Error('JWT_USER_ID_CLAIM is empty. Set it to the claim that names the user, usually sub.');
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
  return { ...claims, jwksUrl, algorithms: algorithmsAmong(['RS256', 'ES256', 'EdDSA']) };
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

function namespaceOf(text: string): string | undefined {
  if (text === '') return undefined;
  const namespace = uuid.safeParse(text);
  if (namespace.success) return namespace.data;
  throw new Error(`JWT_USER_ID_NAMESPACE must be a UUID or empty; it is ${JSON.stringify(text)}.`);
}
