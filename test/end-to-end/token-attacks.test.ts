import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { atBothDoors, atHttp, atSocket, atSocketBy, opened, refused } from '../support/both-doors.ts';
import { installation, newUser } from '../support/installation.ts';
import { sharedClaims } from '../support/shared-settings.ts';

// What tokens and the requests that carry them may look like, at both doors that check tokens: the HTTP API and `$connect`.
// A secret signs the tokens. test/auth/issuer-keys.test.ts has those of an issuer. An attacker may have one good token.

const { iss, aud } = sharedClaims;
const belfry = installation();

/** Signs the text of a header and a payload. */
type Sign = (input: string) => Uint8Array;

/** A JWS in the compact form (RFC 7515, section 7.1). Texts are taken as they are, and other values as JSON. */
function compact(header: unknown, payload: unknown, sign: Sign): string {
  const input = [header, payload].map((part) => base64Url(part)).join('.');
  return `${input}.${base64Url(sign(input))}`;
}

function base64Url(part: unknown): string {
  const isText = typeof part === 'string' || part instanceof Uint8Array;
  return Buffer.from(isText ? part : JSON.stringify(part)).toString('base64url');
}

const hmac =
  (secret: string): Sign =>
  (input) =>
    createHmac('sha256', secret).update(input).digest();

const unsigned: Sign = () => new Uint8Array();

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

const ownSecret = 'a secret of the attacker, of 32 bytes';
const ownKey = { kty: 'oct', k: base64Url(ownSecret), alg: 'HS256' };

it('A good token opens both doors', async () => {
  expect(await atBothDoors(belfry, token())).toEqual(opened);
});

describe('Both doors refuse a token', () => {
  // One of each kind: test/auth/token-verifier.test.ts has all of them, at the verifier that both doors share.
  it.each([
    ['without a signature', () => token({ alg: 'none' }, {}, unsigned)],
    ['of another secret', () => token({}, {}, hmac('another secret, of 32 bytes or more'))],
    ['of other claims', () => withPart(token(), 1, base64Url({ ...claims(), sub: newUser() }))],
    ['with an algorithm that is not configured', () => token({ alg: 'RS256' })],
    ['with a key of its own', () => token({ jwk: ownKey }, {}, hmac(ownSecret))],
    ['with an unknown extension', () => token({ crit: ['http://example.invalid/UNDEFINED'] })],
    ['of another type', () => token({ typ: 'logout+jwt' })],
    ['with a claim twice', () => written('{"alg":"HS256"}', claimsText().replace('{', '{"iss":"x",'))],
    ['without an end', () => token({}, { exp: undefined })],
    ['of another issuer', () => token({}, { iss: 'https://other.example.com/' })],
    ['for another audience', () => token({}, { aud: 'shop' })],
    ['for no user', () => token({}, { sub: 'auth0|123' })],
  ])('%s', async (_, made) => {
    expect(await atBothDoors(belfry, made())).toEqual(refused);
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

  it('are of no use in any other place', async () => {
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

/** A good token of exactly this length. A key id and a claim, which the service ignores, fill it up. */
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
