import { Buffer } from 'node:buffer';
import {
  errors,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { Unauthenticated } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { TokenVerifier } from '../core/ports.ts';
import { hasDuplicateNames } from './duplicate-names.ts';
import { createIssuerKeys, type IssuerKeysDependencies } from './issuer-keys.ts';
import { toUserId } from './user-id.ts';

/** What a token must be. */
export type TokenRules = ClaimRules & KeyRules;

interface ClaimRules {
  /** Accepted `iss`; empty: not checked. */
  issuers: readonly string[];
  /** Accepted `aud`; empty: not checked. */
  audiences: readonly string[];
  /** The claim that names the user. */
  userIdClaim: string;
  /** A UUID, by which names that are no UUIDs are mapped to UUIDs; undefined: they are refused. */
  userIdNamespace?: string | undefined;
}

/** Where the key comes from. One source has no algorithm of the other's, so that no key serves for two kinds of them. */
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

/** Algorithms with a public key. `EdDSA` is Ed25519, under both of its names (RFC 9864). */
export type IssuerAlgorithm = 'RS256' | 'ES256' | 'EdDSA';

/** Longer than any token that an issuer makes and any header that API Gateway takes; saves parsing junk. */
const maximumTokenLength = 8_192;

/** Of a JWT, and of an OAuth access token (RFC 9068). Other kinds of tokens are no sign-in (RFC 8725, section 3.11). */
const acceptedTypes = /^(application\/)?(at\+)?jwt$/i;

/**
 * A verifier for the configured algorithms and keys alone: nothing in the token chooses either (RFC 8725, sections 3.1
 * and 3.10). It throws Unavailable where the issuer's keys are needed and cannot be had.
 * @throws RangeError where the secret is too short
 */
export function createTokenVerifier(
  rules: TokenRules,
  { clock, ...dependencies }: IssuerKeysDependencies,
): TokenVerifier {
  const { issuers, audiences, userIdClaim, userIdNamespace } = rules;
  const keyOf: JWTVerifyGetKey =
    'secret' in rules ? secretKey(rules.secret) : createIssuerKeys(rules.jwksUrl, { clock, ...dependencies });
  const options: JWTVerifyOptions = {
    algorithms: rules.algorithms.flatMap((name) => (name === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [name])),
    requiredClaims: ['exp', userIdClaim],
    clockTolerance: limits.clockToleranceMs / 1_000,
    ...(issuers.length > 0 && { issuer: [...issuers] }),
    ...(audiences.length > 0 && { audience: [...audiences] }),
  };

  return {
    async verify(token) {
      if (token.length > maximumTokenLength) throw new Unauthenticated('The token is too long.');
      if (!token.split('.').every(isBase64Url)) throw new Unauthenticated(malformed);
      const payload = await verifiedPayload(token);
      const user_id = toUserId(payload[userIdClaim], userIdNamespace);
      if (user_id === undefined) {
        const expected = userIdNamespace === undefined ? 'a UUID' : 'a text of 1 to 255 characters';
        throw new Unauthenticated(`The token's claim "${userIdClaim}" is not a user id: ${expected}.`);
      }
      return {
        user_id,
        scopes: typeof payload.scope === 'string' ? payload.scope.split(' ').filter(Boolean) : [],
        expires_at: (payload.exp ?? 0) * 1_000,
      };
    },
  };

  async function verifiedPayload(token: string): Promise<JWTPayload> {
    try {
      const now = new Date(clock());
      const { payload, protectedHeader } = await jwtVerify(token, keyOf, { ...options, currentDate: now });
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

/** Refuses a token with a valid signature that another reader could understand differently. */
function checkForm(token: string, header: JWTHeaderParameters, { exp }: JWTPayload): void {
  const { typ } = header;
  if (typ !== undefined && !(typeof typ === 'string' && acceptedTypes.test(typ))) {
    throw new Unauthenticated('The token is of another type than JWT.');
  }
  const [head = '', body = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  // An extension that is critical must be understood, and none is (RFC 7515, section 4.1.11; RFC 7797, section 7).
  const isExtended = 'crit' in header || 'b64' in header;
  // JSON can write a number that is infinite once it is read.
  if (isExtended || !Number.isFinite(exp) || hasDuplicateNames(head) || hasDuplicateNames(body)) {
    throw new Unauthenticated(malformed);
  }
}

/**
 * Whether a part has exactly the form of RFC 7515 (section 2). Libraries may ignore spaces and padding, and then one token has
 * many texts.
 */
const isBase64Url = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part;

const malformed = 'The token is malformed.';

function refusal(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `The token's claim ${JSON.stringify(error.claim)} is missing or not accepted.`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature does not match.";
  if (error instanceof errors.JOSEAlgNotAllowed) return "The token's algorithm is not accepted.";
  return malformed;
}
