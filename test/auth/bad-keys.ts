import { generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';

/** A key that an issuer may list by mistake, and must not be trusted. `alg` is the algorithm that it would be used with. */
interface BadKey {
  alg: 'RS256' | 'ES256' | 'EdDSA';
  jwk: object;
  /** What the log says about it. */
  reason: RegExp;
}

const base64Url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

const rsa = (modulusLength: number, publicExponent = 65_537): JWK =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' });
const ec = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });
const ed = () => generateKeyPairSync('ed25519');

const weakRsa = (jwk: object, reason: RegExp): BadKey => ({ alg: 'RS256', jwk, reason });
/** A sound modulus with another exponent, as big-endian hexadecimal digits. */
const withExponent = (hex: string, found: string) =>
  weakRsa(
    { ...rsa(2_048), e: base64Url(Buffer.from(hex, 'hex')) },
    new RegExp(
      `the exponent ${found.replace('^', '\\^')}; it must be odd, at least 65537, and below 2\\^256`,
    ),
  );

// RFC 8032, section 5.1.2, and the points of https://eprint.iacr.org/2020/1244, table 1.
const smallOrderPoints = [
  ['0', '00'.repeat(32)],
  ['1', `01${'00'.repeat(31)}`],
  ['of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['also of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['p - 1', `ec${'ff'.repeat(30)}7f`],
  ['p', `ed${'ff'.repeat(30)}7f`],
  ['p + 1', `ee${'ff'.repeat(30)}7f`],
] as const;

function smallOrder(): [string, () => BadKey][] {
  return smallOrderPoints.flatMap(([name, hex]) =>
    [0, 0x80].map((sign): [string, () => BadKey] => [
      `an Ed25519 key at the point ${name}${sign ? ', with its sign' : ''}`,
      () => {
        const point = Buffer.from(hex, 'hex');
        point.writeUInt8(point.readUInt8(31) | sign, 31);
        const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64Url(point) };
        return { alg: 'EdDSA', jwk, reason: /small order: anyone can sign/ };
      },
    ]),
  );
}

const secret = /^The key set lists the secret part of this key \(/;
const unreadable = /^Invalid JWK/;

/** By what each one is. */
export const badKeys: Record<string, () => BadKey> = {
  'an RSA key of 1,024 bits': () =>
    weakRsa(rsa(1_024), /^The RSA key has 1024 bits; it needs at least 2048\.$/),
  'an RSA key of 2,047 bits': () => weakRsa(rsa(2_047), /^The RSA key has 2047 bits/),
  'an RSA key of 1,024 bits and many zeros before them': () => {
    const { n = '', ...jwk } = rsa(1_024);
    const padded = Buffer.concat([Buffer.alloc(256), Buffer.from(n, 'base64url')]);
    return weakRsa({ ...jwk, n: base64Url(padded) }, /^The RSA key has 1024 bits/);
  },
  'an RSA key with the exponent 3': () => weakRsa(rsa(2_048, 3), /the exponent 3;/),
  'an RSA key with the exponent 17': () => weakRsa(rsa(2_048, 17), /the exponent 17;/),
  'an RSA key with the exponent 0': () => withExponent('00', '0'),
  'an RSA key with the exponent 1': () => withExponent('01', '1'),
  'an RSA key with the exponent 65,535': () => withExponent('ffff', '65535'),
  'an RSA key with an even exponent': () => withExponent('010002', '65538'),
  'an RSA key with an exponent as long as its modulus': () => withExponent('ff'.repeat(256), '2^256 or more'),
  'an RSA key without its parts': () => weakRsa({ kty: 'RSA' }, unreadable),
  'an RSA key whose modulus is a number': () => weakRsa({ ...rsa(2_048), n: 7 }, unreadable),
  'a private RSA key': () =>
    weakRsa(
      generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ format: 'jwk' }),
      secret,
    ),
  'an RSA key with the secret of another kind': () => weakRsa({ ...rsa(2_048), k: 'AAAA' }, secret),
  'a private EC key': () => ({
    alg: 'ES256',
    jwk: ec().privateKey.export({ format: 'jwk' }),
    reason: secret,
  }),
  'an EC key whose point is not on its curve': () => {
    const jwk = { ...ec().publicKey.export({ format: 'jwk' }), x: base64Url(Buffer.alloc(32, 1)) };
    return { alg: 'ES256', jwk, reason: unreadable };
  },
  'an EC key with the point of another curve': () => {
    const jwk = { ...ec('P-384').publicKey.export({ format: 'jwk' }), crv: 'P-256' };
    return { alg: 'ES256', jwk, reason: unreadable };
  },
  'an EC key without a point': () => ({ alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256' }, reason: unreadable }),
  'a private Ed25519 key': () => ({
    alg: 'EdDSA',
    jwk: ed().privateKey.export({ format: 'jwk' }),
    reason: secret,
  }),
  'an Ed25519 key that is too short': () => ({
    alg: 'EdDSA',
    jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AQ' },
    reason: unreadable,
  }),
  ...Object.fromEntries(smallOrder()),
};
