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
  /** The namespace UUID that maps names to UUIDs. Without it, a user id that is not a UUID is refused. */
  userIdNamespace?: string | undefined;
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

/** Algorithms with a public key. `EdDSA` is Ed25519, under both of its names (RFC 9864). */
export type IssuerAlgorithm = 'RS256' | 'ES256' | 'EdDSA';

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
      if (token.length > maximumTokenLength) {
        throw new Unauthenticated(
          `The token has ${token.length} characters; at most ${maximumTokenLength} are allowed.`,
        );
      }
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

function refusal(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `The token's claim ${JSON.stringify(error.claim)} is missing or not accepted.`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature does not match.";
  if (error instanceof errors.JOSEAlgNotAllowed) return "The token's algorithm is not accepted.";
  return malformed;
}
