// What the stack and the functions must agree on. lib/ imports this file, so it runs on Node 20 too.

/** The index of the connections table that finds the owner of a connection. */
export const connectionIdIndex = 'by_connection_id';

/** The source of every event that Belfry puts on the event bus. */
export const eventSource = 'belfry';

/** When retention runs, in UTC. It wakes a database that pauses, and the tick takes the chance (due-time.ts). */
export const retentionTime = { hour: 3, minute: 17 };

/** A database role that functions sign in as, by what it may do. What it is called differs between installations. */
export type DatabaseRole = 'reader' | 'writer' | 'purger';

/** Every database role. */
export const databaseRoles = ['reader', 'writer', 'purger'] as const satisfies readonly DatabaseRole[];

/**
 * The variables by which the migration knows how functions sign in as a role: the name of the database user, or for an
 * existing database its connection string. Only the migration has them.
 */
export const roleVariables = {
  reader: { user: 'DATABASE_READER_USER', url: 'DATABASE_READER_URL' },
  writer: { user: 'DATABASE_WRITER_USER', url: 'DATABASE_WRITER_URL' },
  purger: { user: 'DATABASE_PURGER_USER', url: 'DATABASE_PURGER_URL' },
} as const satisfies Record<DatabaseRole, { user: string; url: string }>;

/**
 * What the roles of every installation of release 0.1.0 are called. Its functions sign in as them until a deployment has
 * replaced the functions, so these users keep their rights where they have them.
 */
export const formerUsers: Readonly<Record<DatabaseRole, string>> = {
  reader: 'belfry_reader',
  writer: 'belfry_writer',
  purger: 'belfry_purger',
};

/**
 * Whether an issuer's keys may be fetched from this URL: https, or http on this machine, without user and password. Who
 * controls what this address answers can sign in as any user.
 */
export function isJwksUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return (
    url !== undefined && (url.protocol === 'https:' || isLocal) && url.username === '' && url.password === ''
  );
}

/**
 * The algorithms that an issuer's tokens may be signed with: all those of JWTs that have a public key. `EdDSA` and `Ed25519`
 * are two names of one algorithm (RFC 9864). Each of them accepts tokens with either name.
 */
export const issuerAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** An algorithm with a public key. */
export type IssuerAlgorithm = (typeof issuerAlgorithms)[number];

/** The algorithms that are accepted if none is configured. */
export const defaultIssuerAlgorithms: readonly IssuerAlgorithm[] = ['RS256', 'ES256', 'EdDSA'];

/** The scope that a token needs to create over HTTP, if no other is configured. */
export const defaultCreateScope = 'notifications:create';

/** The scope by which a token may ask for the scheduled creates of others, and cancel them. */
export const adminScope = 'notifications:admin';

/** Claims that a token must have, each with the values of which it must have one. */
export type RequiredClaims = Readonly<Record<string, readonly ClaimValue[]>>;

/** A value that a claim can be required to have. */
export type ClaimValue = string | number | boolean;

/**
 * What is wrong with required claims; undefined if nothing is. `iss` and `aud` have settings of their own, and `exp` and its
 * like are times, which are compared with the clock.
 * @returns the end of a sentence that begins with the name of the setting
 */
export function faultOfRequiredClaims(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'must be an object with the accepted values of each claim, such as {"token_use":["access"]}';
  }
  for (const [claim, accepted] of Object.entries(value)) {
    if (claim === 'iss' || claim === 'aud') {
      return `must not have ${claim}: accepted issuers and audiences have settings of their own`;
    }
    if (claim === '' || ['exp', 'nbf', 'iat'].includes(claim)) {
      return `must not have ${JSON.stringify(claim)}, which has no value that can be required`;
    }
    if (!Array.isArray(accepted) || accepted.length === 0 || !accepted.every(isClaimValue)) {
      return `must have one or more accepted values of ${JSON.stringify(claim)}: texts, numbers, true or false`;
    }
  }
  return undefined;
}

const isClaimValue = (value: unknown) =>
  (typeof value === 'string' && value !== '') || typeof value === 'boolean' || Number.isFinite(value);

/**
 * Which user ids that are UUIDs stay as they are: `all`, `unmapped` for all but those of version 5, which names are mapped
 * to, or `none`.
 */
export type KeptUuids = 'all' | 'unmapped' | 'none';

/** The rules for tokens that are signed with the secret, or with the keys of one URL. Names of claims may be paths. */
export interface TokenSettings {
  /** Where the keys are. Left out: tokens are signed with the secret. */
  jwksUrl?: string;
  algorithms: readonly string[];
  /** Accepted `iss`; empty: not checked. */
  issuers: readonly string[];
  /** Accepted `aud`; empty: not checked. */
  audiences: readonly string[];
  requiredClaims: RequiredClaims;
  userIdClaim: string;
  /** The UUID by which user ids are mapped to UUIDs. Left out: none is mapped. */
  userIdNamespace?: string;
  keptUuids: KeptUuids;
  scopeClaims: readonly string[];
  /** From `iat` to `exp`. Left out: any time. */
  maximumLifeSeconds?: number;
  /** From `iat` on. Left out: as old as `exp` allows. */
  maximumAgeSeconds?: number;
}

/**
 * What is wrong with several rules for tokens; undefined if nothing is. The `iss` of a token chooses among them, so each
 * needs issuers of its own (RFC 8725, section 3.8).
 * @returns a sentence
 */
export function faultOfSeveral(
  rules: readonly Pick<TokenSettings, 'issuers' | 'jwksUrl'>[],
): string | undefined {
  if (rules.length < 2) return undefined;
  if (rules.some(({ issuers, jwksUrl }) => issuers.length === 0 || !jwksUrl)) {
    return 'With several issuers, each needs its name and the URL of its keys.';
  }
  const names = rules.flatMap(({ issuers }) => issuers);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined
    ? undefined
    : `The issuer ${JSON.stringify(twice)} is there twice. Name it once.`;
}

/** Whether a text can be one scope in a list of scopes between spaces. */
export const isScope = (text: string): boolean => /^\S+$/.test(text);
