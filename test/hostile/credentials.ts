import fc from 'fast-check';
import { type JWTPayload, SignJWT } from 'jose';
import type { Installation } from '../support/installation.ts';
import { broken, type PartArbitrary, sound } from './part.ts';

/** What the tokens of the system under attack must say. */
export const issuer = 'https://id.example.com/';
export const audience = 'belfry';

interface Bearer {
  belfry: Installation;
  user: string;
  scope: string;
}

/** The claims by which the system takes a token for its user's. */
const claimsOf = ({ scope }: Bearer): JWTPayload => ({ iss: issuer, aud: audience, scope });

const good = (bearer: Bearer, claims: JWTPayload = {}, expiresAt?: string) =>
  bearer.belfry.token(bearer.user, { ...claimsOf(bearer), ...claims }, expiresAt);

const base64Url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const never = 4_102_444_800;

const forged = (bearer: Bearer) =>
  new SignJWT({ sub: bearer.user, ...claimsOf(bearer) })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(never)
    .sign(new TextEncoder().encode('a secret that nobody has given out'));

/** What may be shown for a token, each by the user whom it names. All but the first must open nothing. */
const kinds = {
  good: (bearer: Bearer) => good(bearer),
  none: async () => '',
  expired: (bearer: Bearer) => good(bearer, {}, '-1m'),
  'for later': (bearer: Bearer) => good(bearer, { nbf: never }),
  'of another issuer': (bearer: Bearer) => good(bearer, { iss: 'https://other.example.com/' }),
  'for another audience': (bearer: Bearer) => good(bearer, { aud: 'shop' }),
  'for no user': (bearer: Bearer) => good({ ...bearer, user: 'me' }),
  forged,
  unsigned: async (bearer: Bearer) =>
    `${base64Url({ alg: 'none' })}.${base64Url({ sub: bearer.user, ...claimsOf(bearer), exp: never })}.`,
  'with other claims': async (bearer: Bearer) => {
    const [header, , signature] = (await good(bearer)).split('.');
    return `${header}.${base64Url({ sub: bearer.user, ...claimsOf(bearer), exp: never })}.${signature}`;
  },
  twice: async (bearer: Bearer) => `${await good(bearer)},${await good(bearer)}`,
  cut: async (bearer: Bearer) => (await good(bearer)).slice(0, -1),
};

/** A name of the table above, or `text:` and what is no token at all. */
export type TokenKind = keyof typeof kinds | `text:${string}`;

export const kindsOfTokens = Object.keys(kinds) as (keyof typeof kinds)[];

/** The token of that kind, in the name of a user. */
export const tokenOf = (kind: TokenKind, bearer: Bearer): Promise<string> =>
  isText(kind) ? Promise.resolve(kind.slice('text:'.length)) : kinds[kind](bearer);

const isText = (kind: TokenKind): kind is `text:${string}` => kind.startsWith('text:');

/** Origins of pages, by what they are: allowed, or none of those that are. */
export const origins = {
  none: undefined,
  allowed: 'http://localhost:3000',
  opaque: 'null',
  stranger: 'https://evil.example',
  'with the name before its own': 'http://localhost.evil.example',
  'with the name in its user': 'http://localhost@evil.example',
  'of another scheme': 'https://localhost:3000',
  'with a path': 'http://localhost:3000/page',
  'in capitals': 'HTTP://LOCALHOST:3000',
} as const;

export type OriginKind = keyof typeof origins;

// The cast: the keys of the table above are its own.
const refusedOrigins = (Object.keys(origins) as OriginKind[]).filter(
  (kind) => !['none', 'allowed'].includes(kind),
);

export const anyOrigin: PartArbitrary<OriginKind> = fc.oneof(
  { weight: 4, arbitrary: sound(fc.constantFrom<OriginKind>('none', 'allowed')) },
  { weight: 1, arbitrary: broken(fc.constantFrom(...refusedOrigins)) },
);
