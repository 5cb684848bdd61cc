import { Buffer } from 'node:buffer';
import {
  errors,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { IssuerAlgorithm } from '../core/deployment.ts';
import { Unauthenticated } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { TokenVerifier } from '../core/ports.ts';
import { hasDuplicateNames } from './duplicate-names.ts';
import { type IdentityRules, identityOf } from './identity.ts';
import { createIssuerKeys, type IssuerKeysDependencies } from './issuer-keys.ts';
import { ed25519Names } from './key-set.ts';

/** What a token must be. */
export type TokenRules = OriginRules & IdentityRules & KeyRules;

interface OriginRules {
  /** Accepted `iss`; empty: not checked. */
  issuers: readonly string[];
  /** Accepted `aud`; empty: not checked. No other claim stands in for it. */
  audiences: readonly string[];
}

/** Where the key comes from. The two sources have no algorithm in common, so a public key is never used as a secret. */
type KeyRules =
  | {
      /** Text of at least 32 bytes of UTF-8, as RFC 7518 section 3.2 asks of an HS256 key. */
      secret: string;
      algorithms: readonly 'HS256'[];
    }
  | {
      /** Where the issuer's public keys are. */
      jwksUrl: string;
      algorithms: readonly IssuerAlgorithm[];
    };

/** More than any issuer's token has, and than API Gateway accepts in a header. A longer text is not parsed. */
const maximumTokenLength = 8_192;

/** A JWT, or an OAuth access token (RFC 9068). Tokens of other types must not sign a user in (RFC 8725, section 3.11). */
const acceptedTypes = /^(application\/)?(at\+)?jwt$/i;

/**
 * Verifies tokens with the configured algorithms and keys only. Nothing in a token chooses them (RFC 8725, sections 3.1
 * and 3.10). `verify` throws Unavailable if the issuer's keys are needed and cannot be fetched.
 * @throws RangeError if the secret is too short
 */
export function createTokenVerifier(
  rules: TokenRules,
  { clock, ...dependencies }: IssuerKeysDependencies,
): TokenVerifier {
  const { issuers, audiences } = rules;
  const keyOf: JWTVerifyGetKey =
    'secret' in rules ? secretKey(rules.secret) : createIssuerKeys(rules.jwksUrl, { clock, ...dependencies });
  const options: JWTVerifyOptions = {
    algorithms: rules.algorithms.flatMap((name: string) =>
      ed25519Names.includes(name) ? ed25519Names : [name],
    ),
    requiredClaims: ['exp'],
    clockTolerance: limits.clockToleranceMs / 1_000,
    ...(issuers.length > 0 && { issuer: [...issuers] }),
    ...(audiences.length > 0 && { audience: [...audiences] }),
  };

  return {
    async verify(token) {
      if (token.length > maximumTokenLength) {
        throw new Unauthenticated(
          `The token has ${token.length} characters; at most ${maximumTokenLength} are allowed.`,
        );
      }
      const parts = token.split('.');
      if (!parts.every(isBase64Url)) throw new Unauthenticated(malformed);
      if (parts.length === 5 && parts[0] !== '') throw new Unauthenticated(encrypted);
      const now = clock();
      return identityOf(await verifiedPayload(token, now), rules, now);
    },
  };

  async function verifiedPayload(token: string, now: number): Promise<JWTPayload> {
    try {
      const at = { currentDate: new Date(now) };
      const { payload, protectedHeader } = await jwtVerify(token, keyOf, { ...options, ...at });
      checkForm(token, protectedHeader, payload);
      return payload;
    } catch (error) {
      throw error instanceof errors.JOSEError ? new Unauthenticated(refusal(error)) : error;
    }
  }
}

function secretKey(secret: string): JWTVerifyGetKey {
  const key = new TextEncoder().encode(secret);
  if (key.length < 32) {
    throw new RangeError(`The HS256 secret has ${key.length} bytes; it needs at least 32.`);
  }
  return async () => key;
}

/** Refuses a token whose signature is valid, but which other libraries may read differently. */
function checkForm(token: string, header: JWTHeaderParameters, { exp }: JWTPayload): void {
  const { typ } = header;
  if (typ !== undefined && !(typeof typ === 'string' && acceptedTypes.test(typ))) {
    throw new Unauthenticated('The `typ` of the token must be JWT or at+jwt.');
  }
  const [head = '', body = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  // A token with an extension that we do not support must be refused; we support none (RFC 7515, section 4.1.11; RFC 7797,
  // section 7).
  const isExtended = 'crit' in header || 'b64' in header;
  // `1e999` in JSON is read as Infinity.
  if (isExtended || !Number.isFinite(exp) || hasDuplicateNames(head) || hasDuplicateNames(body)) {
    throw new Unauthenticated(malformed);
  }
}

/**
 * Whether a part is exactly base64url (RFC 7515, section 2). A library that ignores spaces and padding would accept many
 * texts for one token.
 */
const isBase64Url = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part;

const malformed = 'The token is malformed.';
const encrypted =
  'The token is encrypted (a JWE), so only its issuer can read it. Send a signed one: an access token for an API of ' +
  'yours, or one that a route of your app signs.';

function refusal(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `The token's claim ${JSON.stringify(error.claim)} is missing or not accepted.`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature does not match.";
  if (error instanceof errors.JOSEAlgNotAllowed) return "The token's algorithm is not accepted.";
  return malformed;
}
