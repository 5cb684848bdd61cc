import { createHmac } from 'node:crypto';

/** Signs the text of a header and a payload. */
export type Sign = (input: string) => Uint8Array;

/**
 * A JWS in the compact form (RFC 7515, section 7.1) as anybody may write it, sound or not: texts and bytes are taken as
 * they are, other values as JSON.
 */
export function compact(header: unknown, payload: unknown, sign: Sign): string {
  const input = [header, payload].map((part) => base64Url(part)).join('.');
  return `${input}.${base64Url(sign(input))}`;
}

export function base64Url(part: unknown): string {
  const isText = typeof part === 'string' || part instanceof Uint8Array;
  return Buffer.from(isText ? part : JSON.stringify(part)).toString('base64url');
}

/** HMAC, which anybody can make who knows or guesses the secret. */
export const hmac =
  (secret: string | Uint8Array, hash = 'sha256'): Sign =>
  (input) =>
    createHmac(hash, secret).update(input).digest();

export const unsigned: Sign = () => new Uint8Array();
