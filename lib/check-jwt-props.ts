import { isJwksUrl, isScope } from '@belfry/functions/deployment';
import { type Duration, Token } from 'aws-cdk-lib';
import type { JwtProps, TokenRuleProps } from './jwt-props.ts';

/*
 * Checks what the types of the props do not say. A function that starts checks it once more, because a value may be known
 * at deployment only. Each check throws an Error that names the prop, with `where` it is.
 */

/** Checks the props of a secret or of one issuer. */
export function checkAlone(jwt: JwtProps): void {
  if (jwt.secretVersionId && jwt.jwksUrl) {
    throw new Error(
      'jwt: secretVersionId has no meaning with a jwksUrl, which replaces the secret. Leave one of them out.',
    );
  }
  if (jwt.secret && jwt.jwksUrl)
    throw new Error('jwt: secret and jwksUrl exclude each other. Leave one of them out.');
  if (jwt.sharedUserIds !== undefined) {
    throw new Error('jwt: sharedUserIds has a meaning only if issuers are objects. Leave it out.');
  }
}

/** Checks what a secret and each issuer may have. */
export function checkRuleProps(
  where: string,
  props: TokenRuleProps & { jwksUrl?: string; issuers: readonly string[] },
): void {
  const { jwksUrl, issuers, audiences = [], scopeClaims, userIdClaim, maximumLife, maximumAge } = props;
  if (jwksUrl !== undefined) checkJwksUrl(where, jwksUrl);
  checkWords(where, { issuers, audiences, scopeClaims: scopeClaims ?? [] });
  if (userIdClaim === '')
    throw new Error(`${where}: userIdClaim is empty. Leave it out for the usual claim, sub.`);
  if (scopeClaims?.length === 0)
    throw new Error(`${where}: scopeClaims is empty. Leave it out for the usual claim, scope.`);
  checkNamespace(where, props.userIdNamespace);
  checkSeconds(where, { maximumLife, maximumAge });
}

/** Checks the name of the scope that creates. */
export function checkCreateScope({ createScope }: JwtProps): void {
  if (createScope === undefined || Token.isUnresolved(createScope) || isScope(createScope)) return;
  throw new Error(
    `jwt: createScope must be one scope without white space; it is ${JSON.stringify(createScope)}.`,
  );
}

function checkJwksUrl(where: string, jwksUrl: string): void {
  if (Token.isUnresolved(jwksUrl) || isJwksUrl(jwksUrl)) return;
  throw new Error(
    `${where}: jwksUrl must be an https URL without a user and a password (http is allowed for localhost only); it is ${JSON.stringify(jwksUrl)}.`,
  );
}

function checkWords(where: string, lists: Record<string, readonly string[]>): void {
  for (const [name, words] of Object.entries(lists)) {
    const wrong = words.find((word) => !Token.isUnresolved(word) && !/^\S+$/.test(word));
    if (wrong !== undefined) {
      throw new Error(
        `${where}: no entry of ${name} may be empty or have white space; one is ${JSON.stringify(wrong)}.`,
      );
    }
  }
}

function checkNamespace(where: string, namespace: string | undefined): void {
  if (namespace === undefined || Token.isUnresolved(namespace)) return;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(namespace)) return;
  throw new Error(`${where}: userIdNamespace must be a UUID; it is ${JSON.stringify(namespace)}.`);
}

function checkSeconds(where: string, durations: Record<string, Duration | undefined>): void {
  for (const [name, duration] of Object.entries(durations)) {
    const seconds = duration?.toSeconds({ integral: false }) ?? 1;
    if (Number.isSafeInteger(seconds) && seconds >= 1) continue;
    throw new Error(`${where}: ${name} must be a whole number of seconds from 1; it is ${seconds}.`);
  }
}
