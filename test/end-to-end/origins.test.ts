import { describe, expect, it } from 'vitest';
import { atSocketBy } from '../support/both-doors.ts';
import { installation, newUser } from '../support/installation.ts';

// Which pages may open sockets: see `sharedOrigins` in test/support/shared-settings.ts.
const belfry = installation();

/** What an upgrade with a good token is answered that comes from there. */
async function from(headers: Record<string, string | string[]>): Promise<number | undefined> {
  return atSocketBy(belfry, { search: `token=${await belfry.token(newUser())}`, headers });
}

describe('A socket is opened', () => {
  it('by a program that names no origin, which a browser always does', async () => {
    expect(await from({})).toBe(101);
  });

  it.each([
    'https://app.example.com',
    'https://preview.example.com:8443',
    'http://localhost',
    'http://localhost:3000',
    'http://localhost:65535',
  ])('by a page of %s', async (origin) => {
    expect(await from({ origin })).toBe(101);
  });

  it('by a page that names its origin twice', async () => {
    expect(await from({ origin: ['https://app.example.com', 'https://app.example.com'] })).toBe(101);
  });
});

describe('A socket is refused with 403', () => {
  it.each([
    ['nobody', ''],
    ['an opaque origin, as a sandboxed frame or a file has', 'null'],
    ['another site', 'https://evil.example'],
    ['a site whose name begins like ours', 'https://app.example.com.evil.example'],
    ['a site whose name ends like ours', 'https://evilapp.example.com'],
    ['a site below ours', 'https://x.app.example.com'],
    ['the site above ours', 'https://example.com'],
    ['a site whose dots are others', 'https://appxexample.com'],
    ['our name with a dot behind', 'https://app.example.com.'],
    ['our name in capitals, which no browser sends', 'https://APP.example.com'],
    ['our scheme in capitals', 'HTTPS://app.example.com'],
    ['our name in letters that look alike', 'https://аpp.example.com'.normalize()],
    ['http instead of https', 'http://app.example.com'],
    ['another scheme', 'chrome-extension://app.example.com'],
    ['another port', 'https://app.example.com:8443'],
    ['its own port, which browsers leave out', 'https://app.example.com:443'],
    ['no port where there must be one', 'https://preview.example.com'],
    ['a port that begins like ours', 'https://preview.example.com:84430'],
    ['a page and not an origin', 'https://app.example.com/'],
    ['our name as a user', 'https://app.example.com@evil.example'],
    ['our name as a password', 'https://x:app.example.com@evil.example'],
    ['our name as a path', 'https://evil.example/https://app.example.com'],
    ['our name as a question', 'https://evil.example?https://app.example.com'],
    ['our name as a fragment', 'https://evil.example#https://app.example.com'],
    ['several in one', 'https://app.example.com https://evil.example'],
    ['several in a list', 'https://app.example.com,https://evil.example'],
    ['everybody', '*'],
    ['any port by a star', 'http://localhost:*'],
    ['a port that is none', 'http://localhost:3000.evil.example'],
    ['a user behind any port', 'http://localhost:3000@evil.example'],
    ['no port behind a colon', 'http://localhost:'],
    ['localhost by another name', 'http://127.0.0.1:3000'],
  ])('from %s', async (_, origin) => {
    // By its bytes, as Node writes no other characters into a header.
    expect(await from({ origin: Buffer.from(origin).toString('latin1') })).toBe(403);
  });

  it.each([
    ['one before ours', ['https://evil.example', 'https://app.example.com']],
    ['one behind ours', ['https://app.example.com', 'https://evil.example']],
  ])('from several origins, with %s', async (_, origin) => {
    expect(await from({ origin })).toBe(403);
  });

  it('from another origin in another spelling of the header', async () => {
    expect(await from({ Origin: 'https://app.example.com', origin: 'https://evil.example' })).toBe(403);
    expect(await from({ ORIGIN: 'https://evil.example' })).toBe(403);
  });

  it('whatever the token is, and without a look at it', async () => {
    const headers = { origin: 'https://evil.example' };
    for (const search of ['', 'token=a.b.c', `token=${await belfry.token(newUser(), {}, '-1m')}`]) {
      expect(await atSocketBy(belfry, { search, headers })).toBe(403);
    }
  });
});
