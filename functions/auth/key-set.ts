import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JWTHeaderParameters } from 'jose';
import { type IssuerAlgorithm, issuerAlgorithms } from '../core/deployment.ts';
import { Unauthenticated } from '../core/errors.ts';
import { findWeakness } from './key-strength.ts';

/** A key as a key set lists it (RFC 7517, section 4). Nothing about it is checked yet. */
export type ListedKey = Readonly<Record<string, unknown>>;

type FindKey = (header: JWTHeaderParameters) => KeyObject | undefined;

/**
 * Finds the key of a set for a token's header. Each key is read when a token first needs it. One that cannot be used does
 * not harm the others.
 *
 * @param onUnusable is called once with the `kid` of each key that cannot be used, and the reason
 * @returns a function that returns undefined if the set has no key for the header. It throws Unauthenticated if several
 * keys fit, or none of those that fit can be used.
 */
export function createKeySet(
  listed: readonly ListedKey[],
  onUnusable: (kid: unknown, error: unknown) => void,
): FindKey {
  const keys = new Map<ListedKey, KeyObject | undefined>();

  function keyOf(jwk: ListedKey): KeyObject | undefined {
    if (!keys.has(jwk)) keys.set(jwk, read(jwk));
    return keys.get(jwk);
  }

  function read(jwk: ListedKey): KeyObject | undefined {
    try {
      return readKey(jwk);
    } catch (error) {
      onUnusable(jwk.kid, error);
      return undefined;
    }
  }

  return ({ alg: name, kid }) => {
    const alg = issuerAlgorithms.find((each) => each === name);
    const fitting = alg ? listed.filter((jwk) => isFor(alg, jwk) && isNamed(kid, jwk)) : [];
    if (fitting.length === 0) return undefined;
    let found: KeyObject | undefined;
    for (const jwk of fitting) {
      const key = keyOf(jwk);
      // A set may list one key twice.
      if (!key || (found && key.equals(found))) continue;
      // OpenID Connect Core, section 10.1: with several keys, the header has a kid.
      if (found) throw new Unauthenticated(ambiguous);
      found = key;
    }
    if (!found) throw new Unauthenticated(unusable);
    return found;
  };
}

const ambiguous =
  'Several keys of the issuer fit the token. Its header needs a `kid` that only one of them has.';
const unusable =
  "The issuer's key for this token cannot be used. The service logs the reason as token_key_unusable.";

/** The kind of key that each algorithm takes (RFC 7518, section 3.1; RFC 8037, section 3.1; RFC 9864, section 2.2). */
const kinds: Record<IssuerAlgorithm, { kty: string; crv?: string }> = {
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  PS384: { kty: 'RSA' },
  PS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
};

/** The names of Ed25519. A token may have the one that the key set does not have. */
export const ed25519Names: readonly string[] = ['EdDSA', 'Ed25519'];

/** Whether a key is there to verify signatures of this algorithm. Key sets also list keys for encryption. */
function isFor(alg: IssuerAlgorithm, jwk: ListedKey): boolean {
  const { kty, crv } = kinds[alg];
  const names: readonly unknown[] = kty === 'OKP' ? ed25519Names : [alg];
  return (
    jwk.kty === kty &&
    (crv === undefined || jwk.crv === crv) &&
    (jwk.alg === undefined || names.includes(jwk.alg)) &&
    (jwk.use === undefined || jwk.use === 'sig') &&
    (jwk.key_ops === undefined || (Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify')))
  );
}

const isNamed = (kid: unknown, jwk: ListedKey) =>
  kid === undefined || (typeof kid === 'string' && kid === jwk.kid);

/** Members of a private or a symmetric key (RFC 7518, section 6). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

function readKey(jwk: ListedKey): KeyObject {
  const secret = secretMembers.filter((name) => name in jwk);
  if (secret.length > 0) {
    throw new TypeError(
      `The key set lists the secret part of this key (${secret.join(', ')}). The issuer must replace the key.`,
    );
  }
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const weakness = findWeakness(key);
  if (weakness !== undefined) throw new RangeError(weakness);
  return key;
}
