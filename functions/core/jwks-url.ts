/**
 * Whether an issuer's public keys may be fetched from this address: by https, or by http from this machine, without a
 * user and a password. A person who can change what the address answers can sign in as any user.
 */
export function isJwksUrl(text: string): boolean {
  // Not `URL.parse`: the construct checks its props by this too, and runs on Node 20.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const isSafe = url?.protocol === 'https:' || isLocal;
  return isSafe && url?.username === '' && url.password === '';
}
