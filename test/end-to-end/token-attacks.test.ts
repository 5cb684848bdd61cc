import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { atBothDoors, atHttp, atSocket, atSocketBy, opened, refused } from '../support/both-doors.ts';
import { base64Url, compact, hmac, type Sign, unsigned } from '../support/forging.ts';
import { installation, newUser } from '../support/installation.ts';
import { sharedClaims } from '../support/shared-settings.ts';

// RFC 8725 as a checklist, at both doors that look at tokens: the HTTP API and `$connect`. This is where tokens are signed
// with a secret; issuer-attacks.test.ts is where an issuer signs them. Everything below is signed with the secret unless
// the line says otherwise: whoever attacks may have one good token, or control what an honest issuer signs for them.

const { iss, aud } = sharedClaims;
const belfry = installation();

const now = () => Math.floor(Date.now() / 1_000);
const claims = () => ({ sub: newUser(), iss, aud, exp: now() + 300 });
const header = { alg: 'HS256', typ: 'JWT' };
const secretly: Sign = (input) => hmac(belfry.outputs.JwtSecret)(input);

/** A good token but for what is changed of its header and of its claims; undefined takes one away. */
const token = (inHeader: object = {}, inClaims: object = {}, sign = secretly): string =>
  compact({ ...header, ...inHeader }, { ...claims(), ...inClaims }, sign);

/** Header and claims as texts, in which JSON's own rules may be broken. */
const written = (head: string, body: string): string => compact(head, body, secretly);
const claimsText = () => JSON.stringify(claims());

it('A good token opens both doors', async () => {
  expect(await atBothDoors(belfry, token())).toEqual(opened);
});

describe('Both doors refuse a token', () => {
  describe('by its algorithm (RFC 8725, sections 3.1 and 3.2)', () => {
    it.each(['none', 'None', 'NONE', 'nOnE', ''])('"%s", with and without a signature', async (alg) => {
      expect(await atBothDoors(belfry, token({ alg }, {}, unsigned))).toEqual(refused);
      expect(await atBothDoors(belfry, token({ alg }))).toEqual(refused);
    });

    it.each([
      ['HS384', () => token({ alg: 'HS384' }, {}, hmac(belfry.outputs.JwtSecret, 'sha384'))],
      ['HS512', () => token({ alg: 'HS512' }, {}, hmac(belfry.outputs.JwtSecret, 'sha512'))],
      ['RS256 over an HMAC', () => token({ alg: 'RS256' })],
      ['ES256 over an HMAC', () => token({ alg: 'ES256' })],
      ['in lower case', () => token({ alg: 'hs256' })],
      ['with a space', () => token({ alg: 'HS256 ' })],
      ['with a NUL', () => token({ alg: 'HS256\0' })],
      ['missing', () => token({ alg: undefined })],
      ['null', () => token({ alg: null })],
      ['a number', () => token({ alg: 256 })],
      ['a list', () => token({ alg: ['HS256'] })],
      ['an object', () => token({ alg: { toString: 'HS256' } })],
      ['inherited', () => written('{"__proto__":{"alg":"HS256"}}', claimsText())],
    ])('%s', async (_, made) => {
      expect(await atBothDoors(belfry, made())).toEqual(refused);
    });
  });

  describe('by its signature (section 3.3)', () => {
    const signature = (change: (bytes: Buffer) => Uint8Array) =>
      token({}, {}, (input) => change(Buffer.from(secretly(input))));
    it.each([
      ['none at all', () => token({}, {}, unsigned)],
      ['of another secret', () => token({}, {}, hmac('another secret, of 32 bytes or more'))],
      ['of an empty secret', () => token({}, {}, hmac(''))],
      ['with one bit changed', () => signature((bytes) => bytes.fill((bytes[0] ?? 0) ^ 1, 0, 1))],
      ['cut by a byte', () => signature((bytes) => bytes.subarray(1))],
      ['longer by a byte', () => signature((bytes) => Buffer.concat([bytes, Buffer.from([0])]))],
      ['twice as long', () => signature((bytes) => Buffer.concat([bytes, bytes]))],
      ['of nothing but zeros', () => signature((bytes) => Buffer.alloc(bytes.length))],
      ['of other claims', () => withPart(token(), 1, base64Url({ ...claims(), sub: newUser() }))],
      ['of another header', () => withPart(token(), 0, base64Url({ ...header, kid: '1' }))],
    ])('%s', async (_, made) => {
      expect(await atBothDoors(belfry, made())).toEqual(refused);
    });
  });

  describe('by what it says of its own key (section 3.10)', () => {
    const theirs = 'a secret of theirs that has 32 bytes';
    const jwk = { kty: 'oct', k: base64Url(theirs), alg: 'HS256' };
    it.each([
      ['jwk', { jwk }],
      ['jku', { jku: 'https://evil.example/keys' }],
      ['x5u', { x5u: 'https://evil.example/chain.pem' }],
      ['x5c', { x5c: ['MIIB'] }],
      ['kid with a path', { kid: '../../../../dev/null' }],
      ['kid with SQL', { kid: "x' UNION SELECT 'a secret of theirs" }],
      ['kid with a command', { kid: '$(cat /etc/passwd)|id' }],
      ['kid with an address', { kid: 'https://evil.example/key' }],
    ])('%s', async (_, named) => {
      expect(await atBothDoors(belfry, token(named, {}, hmac(theirs)))).toEqual(refused);
    });

    it('and a good one is taken whatever its kid is, which nobody looks up', async () => {
      for (const kid of ['../../../../dev/null', 'x'.repeat(500), 7, null, ['a'], { a: 1 }, '']) {
        expect(await atBothDoors(belfry, token({ kid }))).toEqual(opened);
      }
    });
  });

  describe('by extensions (RFC 7515, section 4.1.11; RFC 7797)', () => {
    it.each([
      ['crit with what it knows', { crit: ['exp'], exp: 1 }],
      ['crit with what nobody knows', { crit: ['http://example.invalid/UNDEFINED'] }],
      ['crit with nothing', { crit: [] }],
      ['crit that is no list', { crit: 'exp' }],
      ['crit that is null', { crit: null }],
      ['b64 that is critical', { crit: ['b64'], b64: true }],
      ['b64 that is false', { crit: ['b64'], b64: false }],
      ['b64 without crit', { b64: false }],
      ['b64 that changes nothing', { b64: true }],
    ])('%s', async (_, extension) => {
      expect(await atBothDoors(belfry, token(extension))).toEqual(refused);
    });
  });

  describe('by its type (RFC 8725, section 3.11)', () => {
    it.each(['logout+jwt', 'dpop+jwt', 'secevent+jwt', 'JWE', 'JOSE', '', 7, null, ['JWT'], { a: 'JWT' }])(
      '%j',
      async (typ) => {
        expect(await atBothDoors(belfry, token({ typ }))).toEqual(refused);
      },
    );

    it.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt', undefined])('but not %j', async (typ) => {
      expect(await atBothDoors(belfry, token({ typ }))).toEqual(opened);
    });
  });

  describe('that says something twice', () => {
    it.each([
      ['a claim', () => written('{"alg":"HS256"}', claimsText().replace('{', `{"sub":"${newUser()}",`))],
      ['a claim, escaped', () => written('{"alg":"HS256"}', claimsText().replace('{', '{"\\u0073ub":"x",'))],
      ['a claim, the same', () => written('{"alg":"HS256"}', claimsText().replace('{', `{"iss":"${iss}",`))],
      [
        'a member within a claim',
        () => written('{"alg":"HS256"}', claimsText().replace('{', '{"a":{"b":1,"b":2},')),
      ],
      ['its algorithm', () => written('{"alg":"none","alg":"HS256"}', claimsText())],
      ['its key id', () => written('{"alg":"HS256","kid":"a","kid":"b"}', claimsText())],
    ])('%s', async (_, made) => {
      expect(await atBothDoors(belfry, made())).toEqual(refused);
    });
  });

  describe('by its claims (sections 3.8 and 3.9)', () => {
    it.each([
      ['no exp', { exp: undefined }],
      ['exp null', { exp: null }],
      ['exp a text', { exp: '4102444800' }],
      ['exp a date', { exp: '2100-01-01T00:00:00Z' }],
      ['exp true', { exp: true }],
      ['exp a list', { exp: [4_102_444_800] }],
      ['exp 0', { exp: 0 }],
      ['exp negative', { exp: -1 }],
      ['nbf in a minute', { nbf: 4_102_444_800 }],
      ['nbf a text', { nbf: '1' }],
      ['iat a text', { iat: '1' }],
      ['no iss', { iss: undefined }],
      ['another iss', { iss: 'https://other.example.com/' }],
      ['iss without its slash', { iss: iss.slice(0, -1) }],
      ['iss in a list', { iss: [iss] }],
      ['no aud', { aud: undefined }],
      ['another aud', { aud: 'shop' }],
      ['a longer aud', { aud: `${aud}2` }],
      ['aud in capitals', { aud: aud.toUpperCase() }],
      ['none of several aud', { aud: ['shop', 'bank'] }],
      ['no sub', { sub: undefined }],
      ['sub null', { sub: null }],
      ['sub a number', { sub: 7 }],
      ['sub a list', { sub: [newUser()] }],
      ['sub an object', { sub: { toString: newUser() } }],
      ['sub no UUID', { sub: 'auth0|123' }],
      ['sub with a NUL', { sub: `${newUser()}\0` }],
      ['sub with a line break', { sub: `${newUser()}\n` }],
      ['sub in braces', { sub: `{${newUser()}}` }],
      ['sub with digits of another script', { sub: newUser().replace(/^./, '\u0661') }],
    ])('%s', async (_, changes) => {
      expect(await atBothDoors(belfry, token({}, changes))).toEqual(refused);
    });

    it.each([
      ['an exp beyond all numbers', () => claimsText().replace(/"exp":\d+/, '"exp":1e999')],
      ['all claims inherited', () => `{"__proto__":${claimsText()}}`],
      ['a list of claims', () => `[${claimsText()}]`],
      ['a text', () => JSON.stringify(claimsText())],
      ['null', () => 'null'],
      ['nothing', () => ''],
      ['no JSON', () => `${claimsText()}}`],
      ['claims without a bracket', () => claimsText().slice(0, -1)],
      ['nothing but brackets', () => '['.repeat(1_000)],
    ])('%s', async (_, body) => {
      expect(await atBothDoors(belfry, written('{"alg":"HS256"}', body()))).toEqual(refused);
    });

    it.each([
      ['an exp with a fraction', () => ({ exp: now() + 300.5 })],
      ['an exp in a thousand years', () => ({ exp: now() + 31_536_000_000 })],
      // RFC 7519, section 4.1.6: it says when, and forbids nothing.
      ['an iat in the future', () => ({ iat: now() + 3_600 })],
      ['one of several aud', () => ({ aud: ['shop', aud] })],
      ['sub in capitals', () => ({ sub: newUser().toUpperCase() })],
    ])('but not %s', async (_, changes) => {
      expect(await atBothDoors(belfry, token({}, changes()))).toEqual(opened);
    });
  });

  describe('by its form (RFC 7515, section 7.1)', () => {
    const json = (made: string) => {
      const [head = '', payload = '', signature = ''] = made.split('.');
      return JSON.stringify({ protected: head, payload, signature });
    };
    it.each([
      ['two parts', () => token().split('.').slice(0, 2).join('.')],
      ['four parts', () => `${token()}.AAAA`],
      [
        'five parts, as an encrypted one has (RFC 7516)',
        () => `${base64Url({ alg: 'dir', enc: 'A256GCM' })}.A.A.A.A`,
      ],
      ['no header', () => withPart(token(), 0, '')],
      ['no claims', () => withPart(token(), 1, '')],
      ['an empty part before it', () => `.${token()}`],
      ['padding', () => token().replaceAll('.', '=.')],
      ['the other alphabet', () => token({}, { x: '???>>>~~~' }).replaceAll('_', '/').replaceAll('-', '+')],
      ['JSON', () => json(token())],
      ['another within', () => compact(header, token(), secretly)],
      ['8,193 characters', () => tokenOfLength(8_193)],
    ])('%s', async (_, made) => {
      expect(await atHttp(belfry, made())).toBe(401);
      if (made().length < 3_500) expect(await atSocket(belfry, made())).toBe(401);
    });

    it.each(['\0', '\x01', '\x7f', '\n', '\r\n', '\t', ' ', '\u00a0', '\u200b', '\ufeff'])(
      'in an address, with %j before, within or behind',
      async (character) => {
        const made = token();
        for (const text of [
          `${character}${made}`,
          made.replace('.', `${character}.`),
          `${made}${character}`,
        ]) {
          expect(await atSocket(belfry, text)).toBe(401);
        }
      },
    );

    it.each([' ', '\t', ',', ';', '\u00a0'])('in a header, with %j within', async (character) => {
      expect(await atHttp(belfry, token().replace('.', `${character}.`))).toBe(401);
    });
  });
});

describe('The largest token', () => {
  it('that a header takes has 8,192 characters', async () => {
    expect(await atHttp(belfry, tokenOfLength(8_192))).toBe(200);
  });

  it('that an address takes makes it 4,096 long, and is refused by the gateway beyond', async () => {
    // The address that the gateway counts is the one of the cloud; its length is not ours to know.
    expect(await atSocket(belfry, tokenOfLength(3_900))).toBe(101);
    expect(await atSocket(belfry, tokenOfLength(4_096))).toBe(414);
  });

  it('that a socket takes as a subprotocol has 8,192 characters', async () => {
    const offered = (length: number) => ({ protocols: ['belfry', tokenOfLength(length)] });
    expect(await atSocketBy(belfry, offered(8_192))).toBe(101);
    expect(await atSocketBy(belfry, offered(8_193))).toBe(401);
    // The gateway takes 10,240 bytes of headers.
    expect(await atSocketBy(belfry, offered(10_240))).toBe(431);
  });
});

describe('The end of a token', () => {
  it('is 5 seconds late at both doors, for the difference of clocks, and not more', async () => {
    expect(await atBothDoors(belfry, token({}, { exp: now() - 5 }))).toEqual(refused);
    expect(await withinASecond(() => atBothDoors(belfry, token({}, { exp: now() - 4 })))).toEqual(opened);
  });

  it('and its beginning is 5 seconds early', async () => {
    expect(await atBothDoors(belfry, token({}, { nbf: now() + 5 }))).toEqual(opened);
    expect(await withinASecond(() => atBothDoors(belfry, token({}, { nbf: now() + 7 })))).toEqual(refused);
  });
});

describe('Several tokens', () => {
  const [good, bad] = [() => `Bearer ${token()}`, () => `Bearer ${token({}, {}, unsigned)}`];
  it.each([
    ['a good one and a bad one', () => [good(), bad()]],
    ['a bad one and a good one', () => [bad(), good()]],
    ['two good ones', () => [good(), good()]],
    ['two good ones in one header', () => [`${good()}, ${good()}`]],
    ['a good one behind another scheme', () => ['Basic dXNlcjpwYXNz', good()]],
  ])('in headers are refused: %s', async (_, headers) => {
    expect(await statusWith(headers())).toBe(401);
  });

  it.each([
    ['a good one and a bad one', () => [token(), 'a.b.c']],
    ['a bad one and a good one', () => ['a.b.c', token()]],
    ['an empty one and a good one', () => ['', token()]],
    ['two good ones', () => [token(), token()]],
  ])('in an address are refused: %s', async (_, tokens) => {
    const search = tokens()
      .map((each) => `token=${each}`)
      .join('&');
    expect(await atSocketBy(belfry, { search })).toBe(401);
  });

  it.each([
    ['a good one and a bad one', () => [token(), 'a.b.c']],
    ['a bad one and a good one', () => ['a.b.c', token()]],
    ['two good ones', () => [token(), token()]],
  ])('in an address and as a subprotocol are refused if they differ: %s', async (_, tokens) => {
    const [inAddress, offered = ''] = tokens();
    const search = `token=${inAddress}`;
    expect(await atSocketBy(belfry, { search, protocols: ['belfry', offered] })).toBe(401);
  });

  it('in an address and as a subprotocol are accepted if they are the same', async () => {
    const made = token();
    expect(await atSocketBy(belfry, { search: `token=${made}`, protocols: ['belfry', made] })).toBe(101);
  });

  it('are of no use in places where none is looked for', async () => {
    const headers = { authorization: `Bearer ${token()}` };
    expect(await atSocketBy(belfry, { search: '', headers })).toBe(401);
    expect(await atSocketBy(belfry, { search: `Token=${token()}` })).toBe(401);
    expect((await belfry.request(`/notifications?token=${token()}`)).status).toBe(401);
    expect((await belfry.request('/notifications', { headers: { cookie: `token=${token()}` } })).status).toBe(
      401,
    );
  });
});

function withPart(made: string, index: number, part: string): string {
  return made
    .split('.')
    .map((each, at) => (at === index ? part : each))
    .join('.');
}

/** A good token of just that length: a key id that nobody looks at, and a claim, fill it up. */
function tokenOfLength(length: number): string {
  for (let kid = 0; kid < 4; kid += 1) {
    const made = (filler: number) => token({ kid: 'k'.repeat(kid) }, { filler: 'x'.repeat(filler) });
    // Three characters of the claim are four of the token.
    const least = Math.max(0, Math.floor(((length - made(0).length) * 3) / 4) - 3);
    for (let filler = least; filler < least + 7; filler += 1) {
      if (made(filler).length === length) return made(filler);
    }
  }
  throw new Error(`There is no token of ${length} characters.`);
}

/** What was answered before the second was over in which it was asked for; asked for again where it was not. */
async function withinASecond<Answers>(ask: () => Promise<Answers>): Promise<Answers> {
  const second = now();
  const answers = await ask();
  return now() === second ? answers : withinASecond(ask);
}

/** The status of a request with so many headers `Authorization`, which `fetch` would join. */
function statusWith(authorizations: string[]): Promise<number | undefined> {
  const url = new URL(`${belfry.outputs.HttpApiUrl}/notifications`);
  const headers = [['host', url.host], ...authorizations.map((value) => ['authorization', value])];
  return new Promise((resolve, reject) => {
    request(url, { headers: headers.flat() }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
