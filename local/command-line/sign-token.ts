import { SignJWT } from 'jose';

/** The claims of a token for the local system. */
export interface TokenRequest {
  user: string;
  scope?: string | undefined;
  /** A time span such as `15m` or `2 hours`. Default: 15 minutes. */
  ttl?: string | undefined;
}

/**
 * Signs a token as the backend of an application does.
 * @throws TypeError if `ttl` is not a time span
 */
export function signToken(secret: string, { user, scope, ttl = '15m' }: TokenRequest): Promise<string> {
  return new SignJWT(scope === undefined ? {} : { scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(ttl)
    .sign(new TextEncoder().encode(secret));
}
