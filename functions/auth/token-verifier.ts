import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { Unauthenticated } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { uuid } from '../core/notification.ts';
import type { Clock, TokenVerifier } from '../core/ports.ts';

/** What a token must be. */
export interface TokenRules {
  algorithm: 'HS256';
  /** Text of at least 32 bytes of UTF-8, as RFC 7518 section 3.2 asks of an HS256 key. */
  secret: string;
  /** Accepted `iss`; empty: not checked. */
  issuers: readonly string[];
  /** Accepted `aud`; empty: not checked. */
  audiences: readonly string[];
}

/** Longer than any token that an issuer makes and any header that API Gateway takes; saves parsing junk. */
const maximumTokenLength = 8_192;

/**
 * A verifier for the configured algorithm and key alone: nothing in the token chooses either (RFC 8725, sections 3.1
 * and 3.10).
 * @throws RangeError where the secret is too short
 */
export function createTokenVerifier(rules: TokenRules, clock: Clock): TokenVerifier {
  const key = new TextEncoder().encode(rules.secret);
  if (key.length < 32) {
    throw new RangeError(`The HS256 secret has ${key.length} bytes; it needs at least 32.`);
  }
  const options: JWTVerifyOptions = {
    algorithms: [rules.algorithm],
    requiredClaims: ['exp', 'sub'],
    clockTolerance: limits.clockToleranceMs / 1_000,
    ...(rules.issuers.length > 0 && { issuer: [...rules.issuers] }),
    ...(rules.audiences.length > 0 && { audience: [...rules.audiences] }),
  };

  return {
    async verify(token) {
      if (token.length > maximumTokenLength) throw new Unauthenticated('The token is too long.');
      const payload = await verifiedPayload(token);
      const user_id = uuid.safeParse(payload.sub);
      if (!user_id.success) throw new Unauthenticated('The token\'s claim "sub" is not a user id: a UUID.');
      return {
        user_id: user_id.data,
        scopes: typeof payload.scope === 'string' ? payload.scope.split(' ').filter(Boolean) : [],
        expires_at: (payload.exp ?? 0) * 1_000,
      };
    },
  };

  async function verifiedPayload(token: string): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, key, { ...options, currentDate: new Date(clock()) })).payload;
    } catch (error) {
      throw error instanceof errors.JOSEError ? new Unauthenticated(refusal(error)) : error;
    }
  }
}

function refusal(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `The token's claim ${JSON.stringify(error.claim)} is missing or not accepted.`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature does not match.";
  if (error instanceof errors.JOSEAlgNotAllowed) return "The token's algorithm is not accepted.";
  return 'The token is malformed.';
}
