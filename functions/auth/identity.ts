import type { JWTPayload } from 'jose';
import { isScope, type RequiredClaims } from '../core/deployment.ts';
import { Unauthenticated } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Identity } from '../core/ports.ts';
import { claimAt } from './claim-at.ts';
import { toUserId, type UserIdRules } from './user-id.ts';

/** What the claims of a token must be, and where they say whose it is and what it allows. Names of claims may be paths. */
export interface IdentityRules extends UserIdRules {
  /** Claims that a token must have, besides its issuer and its audience. A claim that is an array needs one accepted value. */
  requiredClaims: RequiredClaims;
  /** The claim that names the user. */
  userIdClaim: string;
  /** The claims with the scopes: texts with names between spaces, or arrays of names. */
  scopeClaims: readonly string[];
  /** How long a token may be valid, from its `iat` to its `exp`. Undefined: any time. */
  maximumLifeMs?: number | undefined;
  /** How old a token may become, from its `iat` on. Undefined: as old as its `exp` allows. */
  maximumAgeMs?: number | undefined;
}

/**
 * Reads the identity from the claims of a token whose signature, issuer, audience and times have been checked.
 * @param now milliseconds since the Unix epoch
 * @throws Unauthenticated naming the claim that is missing or not accepted
 */
export function identityOf(claims: JWTPayload, rules: IdentityRules, now: number): Identity {
  checkRequiredClaims(claims, rules.requiredClaims);
  const expires_at = endOf(claims, rules, now);
  const user_id = userIdOf(claims, rules);
  const scopes = rules.scopeClaims.flatMap((claim) => scopesOf(claimAt(claims, claim)));
  return { user_id, scopes, expires_at };
}

function checkRequiredClaims(claims: JWTPayload, required: RequiredClaims): void {
  for (const [claim, accepted] of Object.entries(required)) {
    const value = claimAt(claims, claim);
    const found: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!accepted.some((each) => found.includes(each))) throw notAccepted(claim);
  }
}

/** When the token ends: at its `exp`, or earlier if its age is bounded. */
function endOf({ iat, exp = 0 }: JWTPayload, rules: IdentityRules, now: number): number {
  const { maximumLifeMs, maximumAgeMs } = rules;
  const ends = exp * 1_000;
  if (maximumLifeMs === undefined && maximumAgeMs === undefined) return ends;
  const begins = (iat ?? Number.NaN) * 1_000;
  // A missing `iat` is not a number, and fails too. A later one would make the token look younger than it is.
  if (!(begins <= now + limits.clockToleranceMs)) throw notAccepted('iat');
  if (maximumLifeMs !== undefined && ends - begins > maximumLifeMs) {
    throw new Unauthenticated(
      `The token is valid for more than ${maximumLifeMs / 1_000} seconds, from its \`iat\` to its \`exp\`. Ask the issuer for a shorter one.`,
    );
  }
  const aged = begins + (maximumAgeMs ?? Number.POSITIVE_INFINITY);
  if (aged + limits.clockToleranceMs <= now) throw new Unauthenticated('The token has expired.');
  return Math.min(ends, aged);
}

function userIdOf(claims: JWTPayload, { userIdClaim, ...rules }: IdentityRules): string {
  const claim = claimAt(claims, userIdClaim);
  if (claim === undefined) throw notAccepted(userIdClaim);
  const user_id = toUserId(claim, rules);
  if (user_id !== undefined) return user_id;
  const uuid = rules.keptUuids === 'unmapped' ? 'a UUID that is not of version 5' : 'a UUID';
  const expected =
    rules.userIdNamespace === undefined
      ? uuid
      : 'a text of 1 to 255 characters, or a whole number up to 2^53 - 1';
  throw new Unauthenticated(`The token's claim "${userIdClaim}" is not a user id: ${expected}.`);
}

/**
 * The scopes of a claim (RFC 8693, section 4.2). An entry of an array with white space in it is no scope. It would become
 * several ones where they are written as one text again.
 */
function scopesOf(claim: unknown): string[] {
  const names: unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return names.filter((name): name is string => typeof name === 'string' && isScope(name));
}

/** The refusal of a token for one of its claims. */
export const notAccepted = (claim: string) =>
  new Unauthenticated(`The token's claim ${JSON.stringify(claim)} is missing or not accepted.`);
