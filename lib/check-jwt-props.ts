import {
  defaultIssuerAlgorithms,
  faultOfRequiredClaims,
  isJwksUrl,
  isScope,
  issuerAlgorithms,
  type RequiredClaims,
} from '@belfry/functions/deployment';
import { type Duration, Token } from 'aws-cdk-lib';
import type { JwtAlgorithm, JwtProps } from './jwt-props.ts';

/**
 * Checks what the types of the props do not say. A function that starts checks it once more, because a value may be known
 * at deployment only.
 * @throws Error naming the prop that is wrong
 */
export function checkJwtProps(jwt: JwtProps): void {
  const { jwksUrl, issuers = [], audiences = [], scopeClaims, userIdClaim, createScope } = jwt;
  if (jwt.secretVersionId && jwksUrl) {
    throw new Error(
      'jwt: secretVersionId has no meaning with a jwksUrl, which replaces the secret. Leave one of them out.',
    );
  }
  if (jwt.secret && jwksUrl)
    throw new Error('jwt: secret and jwksUrl exclude each other. Leave one of them out.');
  if (jwksUrl !== undefined) checkJwksUrl(jwksUrl);
  checkWords({ issuers, audiences, scopeClaims: scopeClaims ?? [] });
  if (userIdClaim === '')
    throw new Error('jwt: userIdClaim is empty. Leave it out for the usual claim, sub.');
  if (scopeClaims?.length === 0)
    throw new Error('jwt: scopeClaims is empty. Leave it out for the usual claim, scope.');
  if (createScope !== undefined && !Token.isUnresolved(createScope) && !isScope(createScope)) {
    throw new Error(
      `jwt: createScope must be one scope without white space; it is ${JSON.stringify(createScope)}.`,
    );
  }
  checkNamespace(jwt.userIdNamespace ?? '');
  checkSeconds({ maximumLife: jwt.maximumLife, maximumAge: jwt.maximumAge });
}

/**
 * The algorithms of the props, or the default ones.
 * @throws Error if one has another kind of key
 */
export function algorithmsOf({ jwksUrl, algorithms }: JwtProps): readonly JwtAlgorithm[] {
  const known: readonly JwtAlgorithm[] = jwksUrl ? issuerAlgorithms : ['HS256'];
  const chosen: readonly string[] = algorithms ?? (jwksUrl ? defaultIssuerAlgorithms : known);
  const unknown = chosen.filter((name) => !known.some((each) => each === name));
  if (chosen.length > 0 && unknown.length === 0) return known.filter((each) => chosen.includes(each));
  const source = jwksUrl ? 'a jwksUrl' : 'a secret';
  throw new Error(
    `jwt: with ${source}, algorithms must be one or more of ${known.join(', ')}; they are ${JSON.stringify(chosen)}.`,
  );
}

/**
 * The required claims of the props, each with an array of values.
 * @throws Error if a claim cannot be required, or has no value
 */
export function requiredClaimsOf({ requiredClaims = {} }: JwtProps): RequiredClaims {
  const listed = Object.entries(requiredClaims).map(([claim, accepted]) => [claim, [accepted].flat()]);
  const claims = Array.isArray(requiredClaims) ? requiredClaims : Object.fromEntries(listed);
  const fault = faultOfRequiredClaims(claims);
  if (fault === undefined) return claims;
  throw new Error(`jwt: requiredClaims ${fault}; it is ${JSON.stringify(requiredClaims)}.`);
}

function checkJwksUrl(jwksUrl: string): void {
  if (Token.isUnresolved(jwksUrl) || isJwksUrl(jwksUrl)) return;
  throw new Error(
    `jwt: jwksUrl must be an https URL without a user and a password (http is allowed for localhost only); it is ${JSON.stringify(jwksUrl)}.`,
  );
}

// The functions get these lists as words between spaces.
function checkWords(lists: Record<string, readonly string[]>): void {
  for (const [name, words] of Object.entries(lists)) {
    const wrong = words.find((word) => !Token.isUnresolved(word) && !/^\S+$/.test(word));
    if (wrong !== undefined) {
      throw new Error(
        `jwt: no entry of ${name} may be empty or have white space; one is ${JSON.stringify(wrong)}.`,
      );
    }
  }
}

function checkNamespace(namespace: string): void {
  if (namespace === '' || Token.isUnresolved(namespace)) return;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(namespace)) return;
  throw new Error(`jwt: userIdNamespace must be a UUID; it is ${JSON.stringify(namespace)}.`);
}

function checkSeconds(durations: Record<string, Duration | undefined>): void {
  for (const [name, duration] of Object.entries(durations)) {
    const seconds = duration?.toSeconds({ integral: false }) ?? 1;
    if (Number.isSafeInteger(seconds) && seconds >= 1) continue;
    throw new Error(`jwt: ${name} must be a whole number of seconds from 1; it is ${seconds}.`);
  }
}
