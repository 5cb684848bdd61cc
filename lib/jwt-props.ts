import type { ClaimValue, IssuerAlgorithm } from '@belfry/functions/deployment';
import type { Duration } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** An algorithm that tokens may be signed with. */
export type JwtAlgorithm = 'HS256' | IssuerAlgorithm;

/** A value that a claim can be required to have. */
export type { ClaimValue };

/** What the tokens of one issuer must be, and where they say whose they are. */
export interface TokenRuleProps {
  /**
   * Accepted algorithms: HS256 with a secret; with `jwksUrl` RS, PS and ES with 256, 384 or 512 bits, and EdDSA (also called
   * Ed25519). Default: HS256 with a secret; RS256, ES256 and EdDSA with `jwksUrl`.
   */
  algorithms?: readonly JwtAlgorithm[];
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

/**
 * One of several issuers, with keys and rules of its own. A token is checked by those of the issuer in its `iss`, and by no
 * other. `audiences`, `requiredClaims`, `scopeClaims` and the rest have the same meaning and default as in `jwt`.
 */
export interface JwtIssuerProps extends TokenRuleProps {
  /** The `iss` of its tokens, to the letter. */
  issuer: string;
  /** The URL of its public keys. */
  jwksUrl: string;
  /**
   * Whether its user ids that are UUIDs stay as they are, except UUIDs of version 5 if any issuer has a `userIdNamespace`.
   * Only one issuer may keep them, because the same UUID would be one user for both: see `sharedUserIds`. Default: true
   * without `userIdNamespace`; with it false, and then UUIDs are mapped like any other user id.
   */
  keepsUuids?: boolean;
}

/**
 * Which tokens the APIs accept. Tokens are signed with a secret (HS256) or, with `jwksUrl`, by an issuer. If `issuers` are
 * objects, each of them has keys and rules of its own.
 *
 * @example
 * jwt: {
 *   jwksUrl: 'https://example.eu.auth0.com/.well-known/jwks.json',
 *   issuers: ['https://example.eu.auth0.com/'],
 *   audiences: ['notifications'],
 * }
 *
 * @example
 * jwt: {
 *   issuers: [
 *     {
 *       issuer: 'https://example.eu.auth0.com/',
 *       jwksUrl: 'https://example.eu.auth0.com/.well-known/jwks.json',
 *       audiences: ['notifications'],
 *       userIdNamespace: 'b9d1c2f4-6f0e-4a53-8c1b-2f8f5f0f3c11',
 *     },
 *     {
 *       issuer: 'https://id.example.com/realms/staff',
 *       jwksUrl: 'https://id.example.com/realms/staff/protocol/openid-connect/certs',
 *       audiences: ['belfry'],
 *     },
 *   ],
 * }
 */
export interface JwtProps extends TokenRuleProps {
  /**
   * The HS256 secret, a text of at least 32 bytes. Left out, and without an issuer's keys: a secret is generated, and your
   * backend signs tokens with it.
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
   * Accepted issuers (`iss`). Texts are names of one issuer. Objects are up to 8 issuers with keys and rules of their own,
   * which must fit into 2,048 bytes of JSON; then only `createScope` and `sharedUserIds` may be set beside them. Left out:
   * not checked.
   */
  issuers?: readonly string[] | readonly JwtIssuerProps[];
  /**
   * With several issuers: whether they know the same users by the same user ids. Then the same UUID is one user for all that
   * keep UUIDs, and the same text for all that have the same `userIdNamespace`, so each of them can sign in as any user of
   * the others. Default: false, and neither is accepted.
   */
  sharedUserIds?: boolean;
  /**
   * The scope that a token needs to create over HTTP, such as `belfry/notifications:create`. A restricted type also needs
   * this name with `:<type>` behind it. Default: `notifications:create`.
   */
  createScope?: string;
}
