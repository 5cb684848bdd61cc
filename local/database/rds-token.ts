import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a token must be made for. */
export interface TokenRequirements {
  /** The endpoint of the instance, as clients write it: `host:port`. */
  endpoint: string;
  region: string;
  user: string;
  /** Milliseconds since the Unix epoch. */
  now: number;
  /** The secret of an access key. Undefined for an unknown key. */
  secretOf(accessKeyId: string): string | undefined;
}

const maxAgeSeconds = 900;
// The difference between clocks that Signature Version 4 accepts.
const maxSkewMs = 5 * 60_000;

/**
 * Verifies an RDS authentication token, which is a presigned URL without its scheme. Returns the access key that has
 * signed it. Throws an Error with the reason, which never contains the token.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifyRdsToken(token: string, required: TokenRequirements): { accessKeyId: string } {
  const { endpoint, region, user, now } = required;
  const url = URL.parse(`https://${token}`);
  assert(
    url !== null && token.includes('X-Amz-Signature='),
    'the password is not an RDS authentication token',
  );
  const query = url.searchParams;
  const value = (name: string) => query.get(name) ?? '';

  assert(url.host === endpoint, `the token is for ${url.host}, and this instance is ${endpoint}`);
  assert(value('Action') === 'connect', `the token's Action is "${value('Action')}" and must be "connect"`);
  assert(value('DBUser') === user, `the token is for the user "${value('DBUser')}"`);
  assert(value('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256', "the token's algorithm must be AWS4-HMAC-SHA256");
  assert(value('X-Amz-SignedHeaders') === 'host', 'the token must sign the header "host" and no other');

  const date = value('X-Amz-Date');
  const signedAt = Date.parse(
    date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  const lifetimeMs = Math.min(Number(value('X-Amz-Expires')), maxAgeSeconds) * 1000;
  assert(signedAt <= now + maxSkewMs, `the token is signed in the future, at ${date}`);
  assert(now < signedAt + lifetimeMs, `the token, signed at ${date}, has expired; a token lasts 15 minutes`);

  const [accessKeyId = '', ...scope] = value('X-Amz-Credential').split('/');
  const wanted = [date.slice(0, 8), region, 'rds-db', 'aws4_request'];
  assert(scope.join('/') === wanted.join('/'), `the token's scope must be ${wanted.join('/')}`);
  const secret = required.secretOf(accessKeyId);
  assert(secret !== undefined, `the access key ${accessKeyId} is not one of this system`);
  const expected = Buffer.from(signatureOf(url, date, wanted, secret));
  const given = Buffer.from(value('X-Amz-Signature'));
  assert(
    given.length === expected.length && timingSafeEqual(given, expected),
    "the token's signature is wrong",
  );
  return { accessKeyId };
}

function assert(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Error(reason);
}

function signatureOf(url: URL, date: string, scope: string[], secret: string): string {
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const request = ['GET', '/', query, `host:${url.host}`, '', 'host', sha256('')].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(request)].join('\n');
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Percent-encodes all characters except those that RFC 3986 calls unreserved. encodeURIComponent leaves out five. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
