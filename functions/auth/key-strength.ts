import type { KeyObject } from 'node:crypto';

/** RFC 7518, section 3.3. */
const minimumRsaBits = 2_048;
/** Odd, and between these two: FIPS 186-5, appendix A.1.1. With the exponent 1, anyone can sign. */
const rsaExponents = { from: 65_537n, below: 1n << 256n };

/**
 * Why a public key must not be trusted; undefined if it may be. A library that verifies signatures accepts such keys, or
 * fails without a reason. A key of an elliptic curve is a point of its curve, because it could not be read otherwise.
 * @returns a sentence for the log
 */
export function findWeakness(key: KeyObject): string | undefined {
  return key.asymmetricKeyType === 'rsa' ? weaknessOfRsa(key) : weaknessOfEd25519(key);
}

function weaknessOfRsa({ asymmetricKeyDetails: details }: KeyObject): string | undefined {
  const { modulusLength = 0, publicExponent = 0n } = details ?? {};
  if (modulusLength < minimumRsaBits) {
    return `The RSA key has ${modulusLength} bits; it needs at least ${minimumRsaBits}.`;
  }
  const { from, below } = rsaExponents;
  if (publicExponent < from || publicExponent >= below || publicExponent % 2n === 0n) {
    const found = publicExponent < below ? String(publicExponent) : '2^256 or more';
    return `The RSA key has the exponent ${found}; it must be odd, at least ${from}, and below 2^256.`;
  }
  return undefined;
}

/**
 * The encodings of the points of Ed25519 whose order is at most 8, with the sign bit off. For such a key, such as one of
 * zeros, signatures can be made without a private key.
 * @see https://eprint.iacr.org/2020/1244 "Taming the many EdDSAs", section 4
 */
const smallOrder = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

function weaknessOfEd25519(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== 'ed25519') return undefined;
  // The key is the end of its encoding (RFC 8410, section 4).
  const point = key.export({ format: 'der', type: 'spki' }).subarray(-32);
  point.writeUInt8(point.readUInt8(31) & 0x7f, 31);
  return smallOrder.has(point.toString('hex'))
    ? 'The Ed25519 key is a point of small order: anyone can sign for it.'
    : undefined;
}
