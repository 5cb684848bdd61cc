import { createHash, createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTokenVerifier } from '../../functions/auth/token-verifier.ts';
import { type IssuerAlgorithm, issuerAlgorithms } from '../../functions/core/deployment.ts';
import { Unauthenticated, Unavailable } from '../../functions/core/errors.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createIssuerKey, type Issuer, type IssuerKey, startIssuer } from '../support/issuer.ts';
import { createTestClock } from '../support/test-clock.ts';
import { anyClaims } from '../support/token-rules.ts';
import { badKeys } from './bad-keys.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const start = Date.UTC(2026, 0, 1);
const minutes = (count: number) => count * 60_000;
const claims = { sub: alice, exp: (start + minutes(600)) / 1_000 };
const unknownKey = "The issuer has no key for the token's `kid` and `alg`. Get a new token.";
const unusableKey =
  "The issuer's key for this token cannot be used. The service logs the reason as token_key_unusable.";

let keys: Record<'rsa' | 'ec' | 'ed' | 'ed25519' | 'next' | 'evil', IssuerKey>;
let issuer: Issuer;

beforeAll(async () => {
  const [rsa, ec, ed, ed25519, next, evil] = await Promise.all([
    createIssuerKey('RS256', 'rsa'),
    createIssuerKey('ES256', 'ec'),
    createIssuerKey('EdDSA', 'ed'),
    createIssuerKey('Ed25519', 'ed25519'),
    createIssuerKey('RS256', 'next'),
    createIssuerKey('RS256', 'rsa'),
  ]);
  keys = { rsa, ec, ed, ed25519, next, evil };
});

beforeEach(async () => {
  issuer = await startIssuer();
  issuer.serve(keys.rsa, keys.ec, keys.ed, keys.ed25519);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await issuer.stop();
});

/** A verifier for the issuer's tokens; `fetched` are the addresses that it asked. */
function setUp(algorithms: IssuerAlgorithm[] = ['RS256', 'ES256', 'EdDSA']) {
  const clock = createTestClock(start);
  const logger = createRecordingLogger();
  const fetched: string[] = [];
  const { verify } = createTokenVerifier([{ ...anyClaims, algorithms, jwksUrl: issuer.jwksUrl }], {
    clock: clock.now,
    logger,
    fetch: (url, init) => {
      fetched.push(String(url));
      return fetch(url, init);
    },
  });
  return { clock, logger, fetched, verify };
}

async function errorOf(verifying: Promise<unknown>): Promise<unknown> {
  return verifying.then(
    () => {
      throw new Error('The token was accepted.');
    },
    (error: unknown) => error,
  );
}

async function refusalOf(verifying: Promise<unknown>): Promise<string> {
  const error = await errorOf(verifying);
  expect(error).toBeInstanceOf(Unauthenticated);
  return error instanceof Unauthenticated ? error.message : '';
}

describe('A token that an issuer has signed', () => {
  it.each(issuerAlgorithms)(
    'is accepted with %s if it is configured, and refused if another is',
    async (alg) => {
      const key = await createIssuerKey(alg, 'only');
      issuer.serve(key);
      const jwt = await key.sign(claims);
      expect(await setUp([alg]).verify(jwt)).toMatchObject({ user_id: alice });
      const same = ['EdDSA', 'Ed25519'];
      const others = issuerAlgorithms.filter(
        (each) => each !== alg && !(same.includes(alg) && same.includes(each)),
      );
      expect(await refusalOf(setUp(others).verify(jwt))).toBe("The token's algorithm is not accepted.");
    },
  );

  it('may have either name of EdDSA, whichever the key set and the configuration have', async () => {
    for (const [configured, listed, signedAs] of [
      ['EdDSA', 'EdDSA', 'Ed25519'],
      ['EdDSA', 'Ed25519', 'EdDSA'],
      ['Ed25519', 'EdDSA', 'EdDSA'],
      ['Ed25519', 'Ed25519', 'EdDSA'],
    ] as const) {
      const key = await createIssuerKey(signedAs, 'ed');
      issuer.serve({ ...key.jwk, alg: listed });
      expect(await setUp([configured]).verify(await key.sign(claims))).toMatchObject({ user_id: alice });
    }
  });

  it.each(['rsa', 'ec', 'ed', 'ed25519'] as const)('is accepted with its key %s', async (name) => {
    const { verify } = setUp();
    expect(await verify(await keys[name].sign(claims))).toMatchObject({ user_id: alice });
  });

  it('needs no kid if the issuer has one key of its kind', async () => {
    const unnamed = await createIssuerKey('ES256', undefined);
    issuer.serve(keys.rsa, unnamed);
    await expect(setUp().verify(await unnamed.sign(claims))).resolves.toMatchObject({ user_id: alice });
  });

  it('must say which key it is where the issuer has several of its kind', async () => {
    issuer.serve(keys.rsa, keys.next);
    const jwt = await keys.rsa.sign(claims, { kid: undefined });
    expect(await refusalOf(setUp().verify(jwt))).toMatch(/^Several keys of the issuer fit the token/);
  });

  it('is refused with an algorithm that is not on the list, and the issuer is not asked', async () => {
    const { verify } = setUp(['ES256']);
    for (const key of [keys.rsa, keys.ed, keys.ed25519]) {
      expect(await refusalOf(verify(await key.sign(claims)))).toBe("The token's algorithm is not accepted.");
    }
    expect(issuer.fetches()).toBe(0);
  });

  it('is refused with the key of another', async () => {
    expect(await refusalOf(setUp().verify(await keys.evil.sign(claims)))).toMatch(/signature does not match/);
  });

  it('is refused without exp', async () => {
    expect(await refusalOf(setUp().verify(await keys.rsa.sign({ sub: alice })))).toMatch(/"exp"/);
  });
});

describe('A caller who forges a token', () => {
  const base64Url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  /** A token signed with HMAC and a public value as its secret. */
  function signedWith(secret: string | Buffer, header: object = {}): string {
    const input = `${base64Url({ alg: 'HS256', kid: 'rsa', ...header })}.${base64Url(claims)}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  }

  it('gets nowhere with the public key as a secret (RFC 8725, section 2.1)', async () => {
    const { verify } = setUp();
    await verify(await keys.rsa.sign(claims));
    const publicKey = createPublicKey({ key: { ...keys.rsa.jwk }, format: 'jwk' });
    const secrets = [
      publicKey.export({ format: 'pem', type: 'spki' }),
      String(publicKey.export({ format: 'pem', type: 'spki' })).trim(),
      publicKey.export({ format: 'pem', type: 'pkcs1' }),
      publicKey.export({ format: 'der', type: 'spki' }),
      JSON.stringify(keys.rsa.jwk),
      keys.rsa.jwk.n ?? '',
      Buffer.from(keys.rsa.jwk.n ?? '', 'base64url'),
    ];
    for (const secret of secrets) {
      expect(await refusalOf(verify(signedWith(secret)))).toBe("The token's algorithm is not accepted.");
      expect(await refusalOf(verify(signedWith(secret, { alg: 'RS256' })))).toMatch(
        /signature does not match/,
      );
    }
  });

  it('gets nowhere with a secret that the issuer lists by mistake', async () => {
    const secret = Buffer.from('x'.repeat(32));
    issuer.serve(keys.rsa, { kty: 'oct', kid: 'oct', k: secret.toString('base64url') });
    expect(await refusalOf(setUp().verify(signedWith(secret, { kid: 'oct' })))).toMatch(/algorithm/);
  });

  it('gets nowhere without a signature', async () => {
    const { verify } = setUp();
    for (const alg of ['none', 'None', 'NONE', '']) {
      const jwt = `${base64Url({ alg, kid: 'rsa' })}.${base64Url(claims)}.`;
      expect(await refusalOf(verify(jwt))).toMatch(/algorithm|malformed/);
    }
  });

  it('names a key or an address of its own in vain: neither is looked at', async () => {
    const theirs = await startIssuer();
    theirs.serve(keys.evil);
    const { verify, fetched } = setUp();
    for (const header of [
      { jwk: keys.evil.jwk },
      { jku: theirs.jwksUrl },
      { x5u: theirs.jwksUrl },
      { x5c: ['MIIB'] },
      { jku: theirs.jwksUrl, x5u: theirs.jwksUrl, jwk: keys.evil.jwk },
    ]) {
      expect(await refusalOf(verify(await keys.evil.sign(claims, header)))).toMatch(
        /signature does not match/,
      );
    }
    expect(theirs.fetches()).toBe(0);
    expect(fetched).toEqual([issuer.jwksUrl]);
    await theirs.stop();
  });

  it.each([
    '../../../dev/null',
    "' OR 1=1 --",
    'https://evil.example/key',
    '__proto__',
    'toString',
    'rsa\0',
    'RSA',
    'x'.repeat(5_000),
    '',
  ])('has a key id compared and nothing else: %j', async (kid) => {
    const { verify, fetched } = setUp();
    expect(await refusalOf(verify(await keys.evil.sign(claims, { kid })))).toBe(unknownKey);
    expect(new Set(fetched)).toEqual(new Set([issuer.jwksUrl]));
  });

  it.each([7, 0, true, ['rsa'], { rsa: 'rsa' }])(
    'gets nowhere with a key id that is no text: %j',
    async (kid) => {
      expect(await refusalOf(setUp().verify(await keys.evil.sign(claims, { kid })))).toMatch(/./);
    },
  );

  it('has a key used for its own algorithm alone', async () => {
    const { verify } = setUp();
    for (const [key, kid] of [
      [keys.rsa, 'ec'],
      [keys.ec, 'rsa'],
      [keys.ed, 'ec'],
    ] as const) {
      expect(await refusalOf(verify(await key.sign(claims, { kid })))).toBe(unknownKey);
    }
  });

  it.each(['empty', 'cut by a byte', 'with a byte behind it', 'of zeros'])(
    'gets nowhere with a signature that is %s',
    async (form) => {
      for (const key of [keys.rsa, keys.ec, keys.ed]) {
        const [header, payload, signature = ''] = (await key.sign(claims)).split('.');
        const bytes = Buffer.from(signature, 'base64url');
        const changed = {
          empty: '',
          'cut by a byte': bytes.subarray(1),
          'with a byte behind it': Buffer.concat([bytes, Buffer.from([0])]),
          // CVE-2022-21449.
          'of zeros': Buffer.alloc(bytes.length),
        }[form];
        const jwt = [header, payload, Buffer.from(changed ?? '').toString('base64url')].join('.');
        expect(await refusalOf(setUp().verify(jwt))).toMatch(/signature does not match/);
      }
    },
  );
});

describe('The keys of an issuer', () => {
  it('are fetched at the first token and kept for 10 minutes', async () => {
    const { verify, clock } = setUp();
    expect(issuer.fetches()).toBe(0);
    const jwt = await keys.rsa.sign(claims);
    await verify(jwt);
    await verify(await keys.ec.sign(claims));
    await clock.advance(minutes(10) - 1);
    await verify(jwt);
    expect(issuer.fetches()).toBe(1);
    await clock.advance(1);
    await verify(jwt);
    expect(issuer.fetches()).toBe(2);
  });

  it('are fetched once for all requests that wait for them', async () => {
    const { verify } = setUp();
    const jwt = await keys.rsa.sign(claims);
    await Promise.all(Array.from({ length: 20 }, () => verify(jwt)));
    expect(issuer.fetches()).toBe(1);
  });

  it('are fetched anew for a key that is not among them', async () => {
    const { verify, clock } = setUp();
    await verify(await keys.rsa.sign(claims));
    issuer.serve(keys.next);
    await clock.advance(30_000);
    expect(await verify(await keys.next.sign(claims))).toMatchObject({ user_id: alice });
    expect(await refusalOf(verify(await keys.ec.sign(claims)))).toBe(unknownKey);
    expect(issuer.fetches()).toBe(2);
  });

  it('are fetched at most every 30 seconds, however many unknown keys are named', async () => {
    const { verify, clock } = setUp();
    const forged = await Promise.all(
      Array.from({ length: 10 }, (_, index) => keys.evil.sign(claims, { kid: `key-${index}` })),
    );
    const refuseAll = () => Promise.all(forged.map((jwt) => refusalOf(verify(jwt))));
    expect(new Set(await refuseAll())).toEqual(new Set([unknownKey]));
    await clock.advance(29_999);
    await refuseAll();
    expect(issuer.fetches()).toBe(1);
    await clock.advance(1);
    await refuseAll();
    expect(issuer.fetches()).toBe(2);
  });

  it('that are withdrawn no longer count', async () => {
    const { verify, clock } = setUp();
    const jwt = await keys.rsa.sign(claims);
    await verify(jwt);
    issuer.serve(keys.next);
    await clock.advance(minutes(10));
    expect(await refusalOf(verify(jwt))).toBe(unknownKey);
  });

  it.each(Object.entries(badKeys))(
    'are refused with a reason in the log, without harm to the others: %s',
    async (_, make) => {
      const { alg, jwk, reason } = make();
      issuer.serve({ ...jwk, kid: 'bad' }, keys.rsa, keys.ec, keys.ed);
      const { verify, logger } = setUp();
      const jwt = await { RS256: keys.rsa, ES256: keys.ec, EdDSA: keys.ed }[alg].sign(claims, { kid: 'bad' });
      for (const _again of [1, 2]) expect(await refusalOf(verify(jwt))).toBe(unusableKey);
      expect(logger.lines).toMatchObject([
        {
          level: 'error',
          message: 'token_key_unusable',
          fields: { key_id: 'bad', error: { message: expect.stringMatching(reason) } },
        },
      ]);
      for (const key of [keys.rsa, keys.ec, keys.ed]) {
        await expect(verify(await key.sign(claims))).resolves.toMatchObject({ user_id: alice });
      }
    },
  );

  it('are refused where anybody could sign for them', async () => {
    // With the exponent 1, a signature is the padded digest itself (RFC 8017, section 9.2).
    const { n = '' } = keys.rsa.jwk;
    issuer.serve({ kty: 'RSA', n, e: 'AQ', kid: 'one' });
    const input = [{ alg: 'RS256', kid: 'one' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const digest = Buffer.concat([digestInfo, createHash('sha256').update(input).digest()]);
    const padding = Buffer.alloc(256 - 3 - digest.length, 0xff);
    const forged = Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digest]);
    expect(await refusalOf(setUp().verify(`${input}.${forged.toString('base64url')}`))).toBe(unusableKey);
  });

  it('go on serving among all of these, in any order, even if one has the name of a good one', async () => {
    const bad = Object.values(badKeys).map((make, index) => ({ kid: `bad-${index}`, ...make().jwk }));
    const namesake = { ...badKeys['a private RSA key']?.().jwk, kid: 'rsa' };
    const entries = [null, 'key', namesake, ...bad, keys.rsa.jwk, keys.ec.jwk, keys.ed.jwk];
    for (const listed of [entries, entries.toReversed()]) {
      issuer.answer(200, JSON.stringify({ keys: listed }));
      const { verify } = setUp();
      for (const key of [keys.rsa, keys.ec, keys.ed]) {
        await expect(verify(await key.sign(claims))).resolves.toMatchObject({ user_id: alice });
      }
    }
  });

  it('that cannot be used do not count where a token without a kid looks for the only one', async () => {
    const weak = badKeys['an RSA key of 1,024 bits']?.().jwk;
    const unnamed = await createIssuerKey('RS256', undefined);
    issuer.serve({ ...weak, kid: 'weak' }, unnamed);
    await expect(setUp().verify(await unnamed.sign(claims))).resolves.toMatchObject({ user_id: alice });
  });

  it.each([null, 1, 'key', [], true])(
    'are not used if one is no object, and the others go on serving: %j',
    async (entry) => {
      issuer.answer(200, JSON.stringify({ keys: [entry, keys.rsa.jwk] }));
      expect(await setUp().verify(await keys.rsa.sign(claims))).toMatchObject({ user_id: alice });
    },
  );

  it('are not used if two have one name, which only one may have', async () => {
    issuer.serve(keys.rsa, keys.evil);
    for (const key of [keys.rsa, keys.evil]) {
      expect(await refusalOf(setUp().verify(await key.sign(claims)))).toMatch(/^Several keys of the issuer/);
    }
  });

  it('may have the name of a key for another algorithm or another purpose', async () => {
    const others = [
      { ...keys.ec.jwk, kid: 'rsa' },
      { ...keys.evil.jwk, use: 'enc', alg: 'RSA-OAEP' },
    ];
    issuer.serve(...others, keys.rsa);
    expect(await setUp().verify(await keys.rsa.sign(claims))).toMatchObject({ user_id: alice });
  });

  it('may list one key twice', async () => {
    issuer.serve(keys.rsa, { ...keys.rsa.jwk, x5t: 'again' });
    expect(await setUp().verify(await keys.rsa.sign(claims))).toMatchObject({ user_id: alice });
  });

  it('need neither alg nor use, and may have members that mean nothing here', async () => {
    const { kty, n, e, kid } = keys.rsa.jwk;
    // As Microsoft Entra ID lists them.
    const listed = { kty, n, e, kid, x5t: kid, x5c: ['MIIC'], cloud_instance_name: 'x', ext: 'yes' };
    issuer.answer(200, JSON.stringify({ keys: [listed] }));
    expect(await setUp().verify(await keys.rsa.sign(claims))).toMatchObject({ user_id: alice });
  });

  it('are not used for the curve of another algorithm', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    issuer.serve({ ...publicKey.export({ format: 'jwk' }), kid: 'ec' });
    expect(await refusalOf(setUp().verify(await keys.ec.sign(claims)))).toBe(unknownKey);
  });

  it('are found among twenty thousand', async () => {
    const others = Array.from({ length: 20_000 }, (_, index) => ({ ...keys.evil.jwk, kid: `key-${index}` }));
    issuer.serve(...others, keys.rsa);
    expect(await setUp().verify(await keys.rsa.sign(claims))).toMatchObject({ user_id: alice });
  });

  it.each([{ use: 'enc' }, { key_ops: ['encrypt'] }, { alg: 'RS512' }, { alg: 'RSA-OAEP' }])(
    'are not used for what they are not for: %j',
    async (purpose) => {
      issuer.serve({ ...keys.rsa.jwk, ...purpose });
      expect(await refusalOf(setUp().verify(await keys.rsa.sign(claims)))).toBe(unknownKey);
    },
  );
});

describe('While the issuer is down', () => {
  const outages: [string, () => void][] = [
    ['breaks the connection', () => issuer.goDown()],
    ['answers 500', () => issuer.answer(500, 'oops')],
    ['answers 404', () => issuer.answer(404)],
    ['answers a page', () => issuer.answer(200, '<html></html>')],
    ...['', 'null', '[]', '{"keys":{}}', '{"keys":[null,1]}'].map((text): [string, () => void] => [
      `answers what is no key set: ${text}`,
      () => issuer.answer(200, text),
    ]),
    ['is not there', () => issuer.stop()],
  ];

  it.each(outages)('no caller is refused if there are no keys: it %s', async (_, begin) => {
    await begin();
    const { verify, logger } = setUp();
    const jwt = await keys.rsa.sign(claims);
    const error = await errorOf(verify(jwt));
    expect(error).toBeInstanceOf(Unavailable);
    expect(error).toHaveProperty('message', expect.stringMatching(/^The token issuer cannot be reached/));
    expect(logger.lines).toMatchObject([{ level: 'error', message: 'token_keys_not_fetched' }]);
  });

  it.each(outages)('the keys that are there go on serving, however old: it %s', async (_, begin) => {
    const { verify, clock } = setUp();
    const jwt = await keys.rsa.sign(claims);
    await verify(jwt);
    await begin();
    await clock.advance(minutes(300));
    await expect(verify(jwt)).resolves.toMatchObject({ user_id: alice });
  });

  it('is not followed to another address', async () => {
    const other = await startIssuer();
    other.serve(keys.rsa);
    issuer.redirect(other.jwksUrl);
    expect(await errorOf(setUp().verify(await keys.rsa.sign(claims)))).toBeInstanceOf(Unavailable);
    expect(other.fetches()).toBe(0);
    await other.stop();
  });

  it('it is waited for 3 seconds', async () => {
    const asked: number[] = [];
    const timeout = AbortSignal.timeout;
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      asked.push(ms);
      return timeout(50);
    });
    issuer.hang();
    const jwt = await keys.rsa.sign(claims);
    const { verify } = setUp();
    const errors = await Promise.all(Array.from({ length: 5 }, () => errorOf(verify(jwt))));
    for (const error of errors) expect(error).toBeInstanceOf(Unavailable);
    expect(asked).toEqual([3_000]);
    expect(issuer.fetches()).toBe(1);
  });

  it('it is asked every 2 seconds without keys, and every 30 with them', async () => {
    const { verify, clock } = setUp();
    const jwt = await keys.rsa.sign(claims);
    issuer.answer(500);
    await errorOf(verify(jwt));
    await clock.advance(1_999);
    await errorOf(verify(jwt));
    expect(issuer.fetches()).toBe(1);
    await clock.advance(1);
    await errorOf(verify(jwt));
    expect(issuer.fetches()).toBe(2);

    issuer.serve(keys.rsa);
    await clock.advance(2_000);
    await verify(jwt);
    expect(issuer.fetches()).toBe(3);

    issuer.answer(500);
    await clock.advance(minutes(10));
    await verify(jwt);
    await clock.advance(29_999);
    await verify(jwt);
    expect(issuer.fetches()).toBe(4);
    await clock.advance(1);
    await verify(jwt);
    expect(issuer.fetches()).toBe(5);
  });

  it('a key that is not among the old ones is neither refused nor accepted', async () => {
    const { verify, clock } = setUp();
    await verify(await keys.rsa.sign(claims));
    issuer.goDown();
    await clock.advance(30_000);
    const jwt = await keys.next.sign(claims);
    expect(await errorOf(verify(jwt))).toBeInstanceOf(Unavailable);
    expect(await errorOf(verify(jwt))).toBeInstanceOf(Unavailable);
    issuer.serve(keys.next);
    await clock.advance(30_000);
    await expect(verify(jwt)).resolves.toMatchObject({ user_id: alice });
  });
});

describe('A token', () => {
  it('is in no error and in no log line, whatever becomes of it', async () => {
    const { verify, logger, clock } = setUp();
    const tokens: string[] = [];
    const errors: unknown[] = [];
    const tryAll = async () => {
      for (const key of [keys.evil, keys.next, keys.rsa]) {
        const jwt = await key.sign({ ...claims, exp: start / 1_000 - 60, email: 'alice@example.com' });
        tokens.push(jwt);
        errors.push(await errorOf(verify(jwt)));
      }
    };
    issuer.goDown();
    await tryAll();
    issuer.serve(keys.rsa);
    await clock.advance(minutes(1));
    await tryAll();
    const written = inspect([errors, logger.lines], { depth: null });
    expect(errors).toHaveLength(6);
    for (const part of tokens.flatMap((jwt) => jwt.split('.'))) expect(written).not.toContain(part);
    expect(written).not.toContain('alice@example.com');
  });
});
