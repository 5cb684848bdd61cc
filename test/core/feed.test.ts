import { describe, expect, it } from 'vitest';
import { ValidationError } from '../../functions/core/errors.ts';
import { encodeCursor, parseFeedQuery, parseSince } from '../../functions/core/feed.ts';

function refused(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ValidationError) return error.errors.map(({ path }) => path);
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('A feed query', () => {
  it('asks for the 20 newest that are not archived if it says nothing', () => {
    expect(parseFeedQuery({})).toEqual({
      limit: 20,
      before_id: null,
      statuses: ['unread', 'read'],
      type: null,
    });
  });

  it('takes what it says', () => {
    const query = { limit: '5', cursor: encodeCursor(7), status: 'archived', type: 'build' };
    expect(parseFeedQuery(query)).toEqual({ limit: 5, before_id: 7, statuses: ['archived'], type: 'build' });
  });

  it.each(['1', '100'])('may be limited to %s', (limit) => {
    expect(parseFeedQuery({ limit }).limit).toBe(Number(limit));
  });

  it.each(['0', '101', '-1', '1.5', '1e1', '', ' 5', '0x5', 'all', '５', '99999999999999999999'])(
    'must not be limited to %j',
    (limit) => expect(refused(() => parseFeedQuery({ limit }))).toEqual(['limit']),
  );

  it('takes several statuses, each once', () => {
    expect(parseFeedQuery({ status: 'archived,unread,archived' }).statuses).toEqual(['unread', 'archived']);
  });

  it.each(['', 'seen', 'unread,', 'unread, read', 'Unread', 'all', '__proto__'])(
    'must not ask for the status %j',
    (status) => expect(refused(() => parseFeedQuery({ status }))).toEqual(['status']),
  );

  it.each(['', 'x'.repeat(65), 'a\u0000', '\uD800'])('must not ask for the type %j', (type) => {
    expect(refused(() => parseFeedQuery({ type }))).toEqual(['type']);
  });

  it('is refused with every wrong and every unknown parameter named', () => {
    const query = { limit: '0', cursor: 'x', status: 'y', offset: '10' };
    expect(refused(() => parseFeedQuery(query)).toSorted()).toEqual(['cursor', 'limit', 'offset', 'status']);
  });
});

describe('A cursor', () => {
  it.each([1, 7, 981, 2 ** 31, Number.MAX_SAFE_INTEGER])('leads back to the id %i', (id) => {
    expect(parseFeedQuery({ cursor: encodeCursor(id) }).before_id).toBe(id);
  });

  it('needs no escaping in a URL', () => {
    for (let id = 1; id < 2_000; id += 1) expect(encodeCursor(id)).toMatch(/^[\w-]+$/);
  });

  const base64Url = (text: string) => Buffer.from(text, 'latin1').toString('base64url');
  it.each([
    ['empty', ''],
    ['no base64', '!!!!'],
    ['of an impossible length', 'abcde'],
    ['a bare id', base64Url('7')],
    ['for no id', base64Url('before:')],
    ['for id 0', base64Url('before:0')],
    ['for a negative id', base64Url('before:-7')],
    ['for an id with a leading zero', base64Url('before:07')],
    ['for a fraction', base64Url('before:7.5')],
    ['for an id beyond 2^53', base64Url('before:9007199254740992')],
    ['for an id beyond 64 bits', base64Url('before:99999999999999999999')],
    ['with something after the id', base64Url('before:7 OR 1=1')],
    ['with something before it', base64Url('xbefore:7')],
    ['very long', 'a'.repeat(10_000)],
  ])('that is forged is refused: %s', (_, cursor) => {
    expect(refused(() => parseFeedQuery({ cursor }))).toEqual(['cursor']);
  });

  it('in another writing of the same bytes is refused', () => {
    const written = encodeCursor(7);
    const bytes = Buffer.from(written, 'base64url');
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const others = [...letters]
      .map((last) => written.slice(0, -1) + last)
      .filter((other) => other !== written && Buffer.from(other, 'base64url').equals(bytes));
    expect(others.length).toBeGreaterThan(0);
    for (const cursor of [...others, `${written}=`, `${written}==`]) {
      expect(refused(() => parseFeedQuery({ cursor }))).toEqual(['cursor']);
    }
  });
});

describe('A request for changes', () => {
  it.each(['0', '7', '9007199254740991'])('may ask since %s', (since) => {
    expect(parseSince({ since })).toBe(Number(since));
  });

  it.each([undefined, '', '-1', '1.5', 'now', '1e3', '9007199254740992', '99999999999999999999'])(
    'must not ask since %j',
    (since) => expect(refused(() => parseSince({ since }))).toEqual(['since']),
  );

  it('has no other parameter', () => {
    expect(refused(() => parseSince({ since: '1', limit: '5' }))).toEqual(['limit']);
  });
});
