import { SignJWT } from 'jose';

/** What a token of the local system says. */
export interface TokenRequest {
  user: string;
  scope?: string | undefined;
  /** A time span such as `15m` or `2 hours`. Default: 15 minutes. */
  ttl?: string | undefined;
}

/**
 * A token as an application's backend would sign it.
 * @throws TypeError where `ttl` is no time span
 */
export function signToken(secret: string, { user, scope, ttl = '15m' }: TokenRequest): Promise<string> {
  return new SignJWT(scope === undefined ? {} : { scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(ttl)
    .sign(new TextEncoder().encode(secret));
}
