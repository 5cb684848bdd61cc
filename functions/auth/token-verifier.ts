import { Buffer } from 'node:buffer';
import {
  errors,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { faultOfSeveral, type IssuerAlgorithm } from '../core/deployment.ts';
import { Unauthenticated } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { TokenVerifier } from '../core/ports.ts';
import { hasDuplicateNames } from './duplicate-names.ts';
import { type IdentityRules, identityOf, notAccepted } from './identity.ts';
import { createIssuerKeys, type IssuerKeysDependencies } from './issuer-keys.ts';
import { ed25519Names } from './key-set.ts';
import { checkText, claimedIssuer, malformed } from './token-text.ts';

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

/** A JWT, or an OAuth access token (RFC 9068). Tokens of other types must not sign a user in (RFC 8725, section 3.11). */
const acceptedTypes = /^(application\/)?(at\+)?jwt$/i;

/**
 * Verifies tokens with the configured algorithms and keys only. Nothing in a token chooses them (RFC 8725, sections 3.1
 * and 3.10), except that of several issuers its `iss` names one, whose rules and keys alone then count (section 3.8).
 * `verify` throws Unavailable if the keys of that issuer are needed and cannot be fetched.
 * @param rules one entry, or one for each of several issuers
 * @throws RangeError if the secret is too short; Error if several rules do not have issuers of their own
 */
export function createTokenVerifier(
  rules: readonly TokenRules[],
  dependencies: IssuerKeysDependencies,
): TokenVerifier {
  const fault = faultOfSeveral(rules);
  if (fault !== undefined) throw new Error(fault);
  const verifiers = rules.map((each) => ({
    issuers: each.issuers,
    verify: createVerifierOf(each, dependencies),
  }));

  function verifierFor(token: string) {
    const [only, ...others] = verifiers;
    if (others.length === 0) return only;
    const issuer = claimedIssuer(token);
    return verifiers.find(({ issuers }) => issuer !== undefined && issuers.includes(issuer));
  }

  return {
    async verify(token) {
      checkText(token);
      const chosen = verifierFor(token);
      if (!chosen) throw notAccepted('iss');
      return chosen.verify(token);
    },
  };
}

/** Verifies tokens by one entry of the rules. */
function createVerifierOf(
  rules: TokenRules,
  { clock, ...dependencies }: IssuerKeysDependencies,
): TokenVerifier['verify'] {
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
  return async (token) => {
    const now = clock();
    try {
      const at = { currentDate: new Date(now) };
      const { payload, protectedHeader } = await jwtVerify(token, keyOf, { ...options, ...at });
      checkForm(token, protectedHeader, payload);
      return identityOf(payload, rules, now);
    } catch (error) {
      throw error instanceof errors.JOSEError ? new Unauthenticated(refusal(error)) : error;
    }
  };
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

function refusal(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return notAccepted(error.claim).message;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature does not match.";
  if (error instanceof errors.JOSEAlgNotAllowed) return "The token's algorithm is not accepted.";
  return malformed;
}
