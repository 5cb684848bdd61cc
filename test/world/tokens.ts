const encode = (value: unknown): string =>
  btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** A token that says this, without a signature: the client looks at none, and the simulated service knows its users. */
export const tokenOf = (claims: Record<string, unknown>): string =>
  `${encode({ alg: 'none' })}.${encode(claims)}.`;

/** A token that only the simulated service can read. */
export const opaqueTokenOf = (claims: Record<string, unknown>): string => encode(claims);

/** A token that is good from this moment (in milliseconds since the Unix epoch) on. */
export function issueToken(claims: Record<string, unknown>, now: number, lifeMs: number): string {
  const iat = Math.floor(now / 1_000);
  return tokenOf({ iat, exp: iat + lifeMs / 1_000, ...claims });
}

/** A token whose user only the service can read, as if it were the number of an account. */
export const issueSealedToken = (
  user: string,
  claims: Record<string, unknown>,
  now: number,
  lifeMs: number,
): string => issueToken({ sealed: [user], ...claims }, now, lifeMs);

/** What a token of the simulated world says. */
export interface TokenClaims {
  sub: string;
  iat: number;
  exp: number;
  /** Names the token. Those of a browser end in a number that rises. */
  jti?: string;
}

/** The same few tokens are read again and again. */
const known = new Map<string, TokenClaims>();
const mostKnown = 1_000;

export function readToken(token: string): TokenClaims {
  const claims = known.get(token) ?? parse(token);
  if (known.size >= mostKnown) known.clear();
  known.set(token, claims);
  return claims;
}

function parse(token: string): TokenClaims {
  const payload = (token.split('.')[1] ?? token).replaceAll('-', '+').replaceAll('_', '/');
  const { sealed = [], ...claims } = JSON.parse(atob(payload));
  return { sub: sealed[0], ...claims };
}
