import type { ClaimValue, IssuerAlgorithm } from '@belfry/functions/deployment';
import type { Duration } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** An algorithm that tokens may be signed with. */
export type JwtAlgorithm = 'HS256' | IssuerAlgorithm;

/** A value that a claim can be required to have. */
export type { ClaimValue };

/**
 * Which tokens the APIs accept. Tokens are signed with a secret (HS256) or, with `jwksUrl`, by an issuer.
 *
 * @example
 * jwt: {
 *   jwksUrl: 'https://example.eu.auth0.com/.well-known/jwks.json',
 *   issuers: ['https://example.eu.auth0.com/'],
 *   audiences: ['notifications'],
 * }
 */
export interface JwtProps {
  /**
   * The HS256 secret, a text of at least 32 bytes. Left out, and without `jwksUrl`: a secret is generated, and your backend
   * signs tokens with it.
   */
  secret?: ISecret;
  /**
   * The version id of the secret. CloudFormation reads a secret again only when a function changes. After you have put a new
   * value into the secret, name the new version here, so that both functions that verify tokens change to it in one
   * deployment. Left out: each function has the version that was current when it last changed.
   */
  secretVersionId?: string;
  /**
   * The URL of the issuer's public keys, such as `https://example.eu.auth0.com/.well-known/jwks.json`. Replaces the secret.
   * Set `issuers` and `audiences` too, because some issuers use the same keys for all of their customers. Left out: tokens
   * are signed with the secret.
   */
  jwksUrl?: string;
  /**
   * Accepted algorithms: HS256 with a secret; with `jwksUrl` RS, PS and ES with 256, 384 or 512 bits, and EdDSA (also called
   * Ed25519). Default: HS256 with a secret; RS256, ES256 and EdDSA with `jwksUrl`.
   */
  algorithms?: readonly JwtAlgorithm[];
  /** Accepted issuers (`iss`). Left out: not checked. */
  issuers?: readonly string[];
  /** Accepted audiences (`aud`). No other claim stands in for it: see `requiredClaims`. Left out: not checked. */
  audiences?: readonly string[];
  /**
   * More claims that a token must have, each with one or more accepted values. A claim that is an array must have one of
   * them. Use it if an issuer's access tokens have no `aud`, and to accept its access tokens but not its id tokens. A name
   * may be a path, such as `realm_access.roles`. Left out: none.
   *
   * @example
   * requiredClaims: { token_use: 'access', client_id: ['3n4b5urk1ft4fl3mg5e62d9ado'] }
   */
  requiredClaims?: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;
  /** The claim that holds the user id. It may be a path, such as `user.id`. Default: `sub`. */
  userIdClaim?: string;
  /**
   * A UUID that you have generated. User ids that are not UUIDs, such as `auth0|123` or `42`, become UUIDs (version 5) in
   * this namespace. Never change it, or every user gets an empty inbox. Left out: tokens with such user ids are refused.
   */
  userIdNamespace?: string;
  /**
   * The claims with the scopes, such as `scp`, `permissions` or `realm_access.roles`: texts with names between spaces, or
   * arrays of names. A token has the scopes of all of them. Default: `scope`.
   */
  scopeClaims?: readonly string[];
  /**
   * The scope that a token needs to create over HTTP, such as `belfry/notifications:create`. A restricted type also needs
   * this name with `:<type>` behind it. Default: `notifications:create`.
   */
  createScope?: string;
  /**
   * How long a token may be valid, from its `iat` to its `exp`, in whole seconds. Tokens without `iat` are refused then.
   * Left out: any time.
   */
  maximumLife?: Duration;
  /**
   * How old a token may become, from its `iat` on, in whole seconds. It ends then, even if its `exp` is later. Tokens
   * without `iat` are refused. Left out: as old as its `exp` allows.
   */
  maximumAge?: Duration;
}
