import { Buffer } from 'node:buffer';
import { decodeJwt } from 'jose';
import { Unauthenticated } from '../core/errors.ts';

/** More than any issuer's token has, and than API Gateway accepts in a header. A longer text is not parsed. */
const maximumTokenLength = 8_192;

export const malformed = 'The token is malformed.';
const encrypted =
  'The token is encrypted (a JWE), so only its issuer can read it. Send a signed one: an access token for an API of ' +
  'yours, or one that a route of your app signs.';

/**
 * Checks what can be seen before a token is parsed.
 * @throws Unauthenticated if it is too long, encrypted, or not exactly base64url
 */
export function checkText(token: string): void {
  if (token.length > maximumTokenLength) {
    throw new Unauthenticated(
      `The token has ${token.length} characters; at most ${maximumTokenLength} are allowed.`,
    );
  }
  const parts = token.split('.');
  if (!parts.every(isBase64Url)) throw new Unauthenticated(malformed);
  if (parts.length === 5 && parts[0] !== '') throw new Unauthenticated(encrypted);
}

/**
 * The `iss` that a token claims to have; undefined if it has none. Nothing is verified yet, so it may only choose among the
 * configured issuers.
 * @throws Unauthenticated if the token is no JWT
 */
export function claimedIssuer(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? iss : undefined;
  } catch {
    throw new Unauthenticated(malformed);
  }
}

/**
 * Whether a part is exactly base64url (RFC 7515, section 2). A library that ignores spaces and padding would accept many
 * texts for one token.
 */
const isBase64Url = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part;
