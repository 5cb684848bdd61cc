import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  sign,
} from 'node:crypto';
import type { JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atBothDoors, atHttp, atSocket, opened, refused } from '../../support/both-doors.ts';
import { base64Url, compact, hmac, type Sign, unsigned } from '../../support/forging.ts';
import { type Installation, newUser } from '../../support/installation.ts';
import { type Issuer, startIssuer } from '../../support/issuer.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';

// RFC 8725 as a checklist, at both doors that look at tokens, where an issuer signs them with private keys. What does not
// depend on who signs is in token-attacks.test.ts.

const iss = 'https://id.example.com/';
const aud = 'belfry';
const unavailable = { http: 503, socket: 503 };

const rsaKeys = (modulusLength = 2_048) => generateKeyPairSync('rsa', { modulusLength });
const ecKeys = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });
const rsa = rsaKeys();
const ec = ecKeys();
const ed = generateKeyPairSync('ed25519');
const evil = rsaKeys();

const jwkOf = ({ publicKey }: KeyPairKeyObjectResult, kid: string, more: object = {}): JWK => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  use: 'sig',
  ...more,
});
const listed = [
  jwkOf(rsa, 'rsa', { alg: 'RS256' }),
  jwkOf(ec, 'ec', { alg: 'ES256' }),
  jwkOf(ed, 'ed', { alg: 'EdDSA' }),
];

const rs256 =
  ({ privateKey }: { privateKey: KeyObject }): Sign =>
  (input) =>
    sign('sha256', Buffer.from(input), privateKey);
const es256 =
  ({ privateKey }: { privateKey: KeyObject }): Sign =>
  (input) =>
    sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
const eddsa: Sign = (input) => sign(null, Buffer.from(input), ed.privateKey);

let issuer: Issuer;
let own: OwnSystem;
let belfry: Installation;

beforeAll(async () => {
  issuer = await startIssuer();
  issuer.serve(...listed);
  own = await startOwnSystem({ context: { jwtJwksUrl: issuer.jwksUrl, jwtIssuers: iss, jwtAudiences: aud } });
  belfry = own.belfry;
});

afterAll(async () => {
  await own?.stop();
  await issuer?.stop();
});

/** A token of this header, whose claims are good. */
function token(header: object, signed: Sign): string {
  const exp = Math.floor(own.clock.now() / 1_000) + 300;
  return compact({ typ: 'JWT', ...header }, { sub: newUser(), iss, aud, exp }, signed);
}

const good = () => token({ alg: 'RS256', kid: 'rsa' }, rs256(rsa));

it.each([
  ['RS256', 'rsa', rs256(rsa)],
  ['ES256', 'ec', es256(ec)],
  ['EdDSA', 'ed', eddsa],
])('A good token opens both doors: %s', async (alg, kid, signed) => {
  expect(await atBothDoors(belfry, token({ alg, kid }, signed))).toEqual(opened);
});

describe('Both doors refuse a token', () => {
  describe('that is signed with the public key as a secret (RFC 8725, section 2.1)', () => {
    it.each([
      ['as PEM', rsa.publicKey.export({ format: 'pem', type: 'spki' })],
      [
        'as PEM without its last line break',
        String(rsa.publicKey.export({ format: 'pem', type: 'spki' })).trim(),
      ],
      ['as PEM of PKCS #1', rsa.publicKey.export({ format: 'pem', type: 'pkcs1' })],
      ['as DER', rsa.publicKey.export({ format: 'der', type: 'spki' })],
      ['as JWK', JSON.stringify(listed[0])],
      ['as its modulus', Buffer.from(String(listed[0]?.n), 'base64url')],
      ['as its modulus in base64url', String(listed[0]?.n)],
    ])('%s', async (_, secret) => {
      for (const alg of ['HS256', 'RS256', 'none']) {
        expect(await atBothDoors(belfry, token({ alg, kid: 'rsa' }, hmac(secret)))).toEqual(refused);
      }
    });
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('by its algorithm "%s"', async (alg) => {
    for (const signed of [unsigned, rs256(rsa)]) {
      expect(await atBothDoors(belfry, token({ alg, kid: 'rsa' }, signed))).toEqual(refused);
    }
  });

  describe('by an algorithm that is not the one of its key (section 3.1)', () => {
    const pss: Sign = (input) =>
      sign('sha256', Buffer.from(input), { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING });
    const rs =
      (hash: string): Sign =>
      (input) =>
        sign(hash, Buffer.from(input), rsa.privateKey);
    it.each([
      ['RS512, which is not on the list', { alg: 'RS512', kid: 'rsa' }, rs('sha512')],
      ['PS256, which is not on the list', { alg: 'PS256', kid: 'rsa' }, pss],
      ['PS256 under the name of RS256', { alg: 'RS256', kid: 'rsa' }, pss],
      ['SHA-1 under the name of RS256', { alg: 'RS256', kid: 'rsa' }, rs('sha1')],
      ['SHA-512 under the name of RS256', { alg: 'RS256', kid: 'rsa' }, rs('sha512')],
      ['ES256 with the name of the RSA key', { alg: 'ES256', kid: 'rsa' }, es256(ec)],
      ['RS256 with the name of the EC key', { alg: 'RS256', kid: 'ec' }, rs256(rsa)],
      ['EdDSA with the name of the EC key', { alg: 'EdDSA', kid: 'ec' }, eddsa],
      ['ES384 with a key for ES256', { alg: 'ES384', kid: 'ec' }, es256(ec)],
    ])('%s', async (_, header, signed) => {
      expect(await atBothDoors(belfry, token(header, signed))).toEqual(refused);
    });
  });

  describe('by a key of its own (section 3.10), which nobody asks for', () => {
    it.each([
      ['jwk', () => ({ jwk: jwkOf(evil, 'rsa') })],
      ['jwk without its kid', () => ({ jwk: jwkOf(evil, 'rsa'), kid: undefined })],
      ['jku', (url: string) => ({ jku: url })],
      ['x5u', (url: string) => ({ x5u: url })],
      ['x5c', () => ({ x5c: [base64Url(evil.publicKey.export({ format: 'der', type: 'spki' }))] })],
      ['all of them', (url: string) => ({ jku: url, x5u: url, jwk: jwkOf(evil, 'rsa'), x5c: ['MIIB'] })],
    ])('%s', async (_, headerOf) => {
      const theirs = await startIssuer();
      theirs.serve(jwkOf(evil, 'rsa'));
      const header = { alg: 'RS256', kid: 'rsa', ...headerOf(theirs.jwksUrl) };
      expect(await atBothDoors(belfry, token(header, rs256(evil)))).toEqual(refused);
      expect(theirs.fetches()).toBe(0);
      await theirs.stop();
    });
  });

  it.each([
    '../../../dev/null',
    'file:///dev/null',
    "x' UNION SELECT 'key",
    '$(id)',
    'https://evil.example/key',
    '__proto__',
    'toString',
    'rsa\0',
    'RSA',
    '',
    'x'.repeat(1_000),
    7,
    0,
    true,
    ['rsa'],
    { rsa: 'rsa' },
  ])('by a kid that is none of its issuer: %j', async (kid) => {
    expect(await atBothDoors(belfry, token({ alg: 'RS256', kid }, rs256(evil)))).toEqual(refused);
  });

  describe('by the form of its signature', () => {
    const changed =
      (signed: Sign, change: (bytes: Buffer) => Uint8Array): Sign =>
      (input) =>
        change(Buffer.from(signed(input)));
    // RFC 7518, section 3.4: two numbers of 32 bytes, each from 1 to below the order of the curve.
    const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
    const zero = Buffer.alloc(32);
    const one = Buffer.concat([zero.subarray(1), Buffer.from([1])]);
    const pair =
      (r: Uint8Array, s: Uint8Array): Sign =>
      () =>
        Buffer.concat([r, s]);
    const halves = (change: (r: Buffer, s: Buffer) => Uint8Array[]) =>
      changed(es256(ec), (bytes) => Buffer.concat(change(bytes.subarray(0, 32), bytes.subarray(32))));
    const der: Sign = (input) => sign('sha256', Buffer.from(input), ec.privateKey);
    it.each([
      ['of two zeros', pair(zero, zero)],
      ['of zero and one', pair(zero, one)],
      ['of one and zero', pair(one, zero)],
      ['of two ones', pair(one, one)],
      ['of the order of the curve, twice', pair(order, order)],
      ['of the order and one', pair(order, one)],
      ['in DER', der],
      ['with its halves exchanged', halves((r, s) => [s, r])],
      ['without its second half', halves((r) => [r])],
      ['with a byte before each half', halves((r, s) => [Buffer.from([0]), r, Buffer.from([0]), s])],
      ['with a byte behind it', halves((r, s) => [r, s, Buffer.from([0])])],
      ['empty', unsigned],
      ['of another key', es256(ecKeys())],
    ])('ES256 %s', async (_, signed) => {
      expect(await atBothDoors(belfry, token({ alg: 'ES256', kid: 'ec' }, signed))).toEqual(refused);
    });

    it.each([
      ['of zeros', () => Buffer.alloc(256)],
      ['of the number one', () => Buffer.concat([Buffer.alloc(255), Buffer.from([1])])],
      ['that is the modulus', () => Buffer.from(String(listed[0]?.n), 'base64url')],
      ['with a byte before it', changed(rs256(rsa), (bytes) => Buffer.concat([Buffer.from([0]), bytes]))],
      ['with a byte behind it', changed(rs256(rsa), (bytes) => Buffer.concat([bytes, Buffer.from([0])]))],
      ['cut by a byte', changed(rs256(rsa), (bytes) => bytes.subarray(1))],
      ['empty', unsigned],
      ['of another key', rs256(evil)],
    ])('RS256 %s', async (_, signed) => {
      expect(await atBothDoors(belfry, token({ alg: 'RS256', kid: 'rsa' }, signed))).toEqual(refused);
    });

    // RFC 8032, section 5.1.7: the second half is below the order of the group.
    const groupOrder = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
    const littleEndian = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
    const toBytes = (value: bigint) =>
      Buffer.from(value.toString(16).padStart(64, '0').slice(-64), 'hex').reverse();
    it.each([
      ['of zeros', () => Buffer.alloc(64)],
      ['of the neutral point and zero', () => Buffer.concat([toBytes(1n), zero])],
      [
        'with the order of the group added to it',
        changed(eddsa, (bytes) =>
          Buffer.concat([bytes.subarray(0, 32), toBytes(littleEndian(bytes.subarray(32)) + groupOrder)]),
        ),
      ],
      ['cut by a byte', changed(eddsa, (bytes) => bytes.subarray(1))],
      ['with a byte behind it', changed(eddsa, (bytes) => Buffer.concat([bytes, Buffer.from([0])]))],
      ['empty', unsigned],
    ])('EdDSA %s', async (_, signed) => {
      expect(await atBothDoors(belfry, token({ alg: 'EdDSA', kid: 'ed' }, signed))).toEqual(refused);
    });
  });
});

/** From now on the issuer answers so, and may be asked again. */
function meanwhile(change: () => void): void {
  change();
  own.clock.advance(31_000);
}

describe('A key that the issuer lists, and that must not be used, opens neither door', () => {
  const strong = rsaKeys();
  const privateJwk = strong.privateKey.export({ format: 'jwk' });
  const secret = Buffer.alloc(32, 7);
  it.each<[string, JWK, string, Sign]>([
    ['private', { ...privateJwk, kid: 'private' }, 'RS256', rs256(strong)],
    ['symmetric', { kty: 'oct', k: base64Url(secret), kid: 'symmetric' }, 'HS256', hmac(secret)],
    ['symmetric, by another name', { kty: 'oct', k: base64Url(secret), kid: 'oct' }, 'RS256', hmac(secret)],
    ...[rsaKeys(1_024)].map((weak): [string, JWK, string, Sign] => [
      'of 1,024 bits',
      jwkOf(weak, 'weak'),
      'RS256',
      rs256(weak),
    ]),
    ['for encryption', jwkOf(strong, 'enc', { use: 'enc' }), 'RS256', rs256(strong)],
    [
      'for other operations',
      jwkOf(strong, 'ops', { use: undefined, key_ops: ['encrypt'] }),
      'RS256',
      rs256(strong),
    ],
    ['for another algorithm', jwkOf(strong, 'other', { alg: 'RS512' }), 'RS256', rs256(strong)],
    ['without its modulus', jwkOf(strong, 'part', { n: undefined }), 'RS256', rs256(strong)],
    [
      'with a modulus that is no text',
      { ...jwkOf(strong, 'number'), ...JSON.parse('{"n":7}') },
      'RS256',
      rs256(strong),
    ],
    ...[ecKeys('P-384')].map((other): [string, JWK, string, Sign] => [
      'on another curve',
      jwkOf(other, 'curve'),
      'ES256',
      es256(other),
    ]),
  ])('%s', async (_, jwk, alg, signed) => {
    meanwhile(() => issuer.serve(...listed, jwk));
    expect(await atBothDoors(belfry, token({ alg, kid: jwk.kid }, signed))).toEqual(refused);
    expect(await atBothDoors(belfry, good())).toEqual(opened);
  });

  it('two of one name', async () => {
    meanwhile(() => issuer.serve(...listed, jwkOf(strong, 'twin'), jwkOf(evil, 'twin')));
    expect(await atBothDoors(belfry, token({ alg: 'RS256', kid: 'twin' }, rs256(strong)))).toEqual(refused);
  });
});

describe('While the issuer answers nonsense', () => {
  it.each<[string, () => void]>([
    ['no JSON', () => issuer.answer(200, '<html>')],
    ['nothing', () => issuer.answer(200, '')],
    ['null', () => issuer.answer(200, 'null')],
    ['a list', () => issuer.answer(200, '[]')],
    ['no list of keys', () => issuer.answer(200, '{"keys":{}}')],
    ['keys that are none', () => issuer.answer(200, '{"keys":[null,1]}')],
    ['500', () => issuer.answer(500)],
    ['404', () => issuer.answer(404, JSON.stringify({ keys: listed }))],
    ['nothing, with the line cut', () => issuer.goDown()],
  ])('%s: known keys go on, and what cannot be checked is answered 503', async (_, begin) => {
    meanwhile(begin);
    const unknown = token({ alg: 'RS256', kid: newUser() }, rs256(evil));
    expect(await atBothDoors(belfry, unknown)).toEqual(unavailable);
    expect(await atBothDoors(belfry, good())).toEqual(opened);
    issuer.serve(...listed);
  });

  it('twenty thousand keys: the right one is found among them', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => jwkOf(evil, `key-${index}`));
    const next = rsaKeys();
    meanwhile(() => issuer.serve(...many, jwkOf(next, 'last'), ...listed));
    expect(await atBothDoors(belfry, token({ alg: 'RS256', kid: 'last' }, rs256(next)))).toEqual(opened);
    expect(await atBothDoors(belfry, good())).toEqual(opened);
  });
});

describe('When the issuer changes its keys', () => {
  const [old, next] = [rsaKeys(), rsaKeys()];
  const tokenOf = (keys: typeof old, kid: string) => token({ alg: 'RS256', kid }, rs256(keys));

  it('both doors know the new one after half a minute, and forget the old one after ten', async () => {
    meanwhile(() => issuer.serve(...listed, jwkOf(old, 'old')));
    expect(await atBothDoors(belfry, tokenOf(old, 'old'))).toEqual(opened);
    issuer.serve(...listed, jwkOf(next, 'next'));
    own.clock.advance(31_000);
    expect(await atBothDoors(belfry, tokenOf(next, 'next'))).toEqual(opened);
    expect(await atBothDoors(belfry, tokenOf(evil, 'next'))).toEqual(refused);
    own.clock.advance(10 * 60_000);
    expect(await atBothDoors(belfry, tokenOf(old, 'old'))).toEqual(refused);
    expect(await atBothDoors(belfry, tokenOf(next, 'next'))).toEqual(opened);
  });
});

describe('While the issuer is slow', () => {
  it.each([
    ['HTTP', atHttp],
    ['the socket', atSocket],
  ])(
    'one of all who come one after the other waits for it, once, and each is answered 503: %s',
    async (_, at) => {
      issuer.hang();
      // The keys are so old that a request asks for them because of that, and once more because its own is not among them.
      own.clock.advance(10 * 60_000);
      const before = issuer.fetches();
      for (let count = 1; count <= 3; count += 1) {
        expect(await at(belfry, token({ alg: 'RS256', kid: newUser() }, rs256(evil)))).toBe(503);
      }
      // All were served by one environment, the last that had come free. It serves one request at a time, so that nothing is
      // to be seen here of those who wait at once: test/auth/issuer-keys.test.ts.
      expect(issuer.fetches() - before).toBe(1);
      issuer.serve(...listed);
    },
  );
});
