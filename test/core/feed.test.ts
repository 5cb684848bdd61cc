import { describe, expect, it } from 'vitest';
import { parseFeedQuery, parseSince } from '../../functions/core/feed.ts';
import { refusedPaths } from '../support/refused-paths.ts';

const scopes = ['attendee', 'organizer'];
const read = (parameters: Record<string, string | undefined>) => parseFeedQuery(parameters, scopes);

describe('A feed query', () => {
  it('asks for the 20 newest that are not archived if it says nothing', () => {
    expect(read({})).toEqual({
      limit: 20,
      before_position: null,
      statuses: ['unread', 'read'],
      scope: null,
      types: [],
    });
  });

  it('takes what it says', () => {
    const query = { limit: '5', cursor: '7', status: 'archived', scope: 'organizer', type: 'build' };
    expect(read(query)).toEqual({
      limit: 5,
      before_position: 7,
      statuses: ['archived'],
      scope: 'organizer',
      types: ['build'],
    });
  });

  it.each(['1', '100'])('may be limited to %s', (limit) => {
    expect(read({ limit }).limit).toBe(Number(limit));
  });

  it.each(['0', '101', '-1', '1.5', '1e1', '', ' 5', '0x5', 'all', '５', '99999999999999999999'])(
    'must not be limited to %j',
    (limit) => expect(refusedPaths(() => read({ limit }))).toEqual(['limit']),
  );

  it('takes several statuses, each once', () => {
    expect(read({ status: 'archived,unread,archived' }).statuses).toEqual(['unread', 'archived']);
  });

  it.each(['', 'seen', 'unread,', 'unread, read', 'Unread', 'all', '__proto__'])(
    'must not ask for the status %j',
    (status) => expect(refusedPaths(() => read({ status }))).toEqual(['status']),
  );

  it('takes up to ten types, each once, whether they are configured or not', () => {
    expect(read({ type: 'build,deploy,build' }).types).toEqual(['build', 'deploy']);
    const ten = Array.from({ length: 10 }, (_, n) => `type${n}`);
    expect(read({ type: [...ten, 'type0'].join(',') }).types).toEqual(ten);
    expect(refusedPaths(() => read({ type: [...ten, 'other'].join(',') }))).toEqual(['type']);
  });

  it.each([
    '',
    'x'.repeat(65),
    'a\u0000',
    '\uD800',
    'build,',
    ',build',
    'build,,deploy',
    `build,${'x'.repeat(65)}`,
  ])('must not ask for the type %j', (type) => {
    expect(refusedPaths(() => read({ type }))).toEqual(['type']);
  });

  it.each(['speaker', '', 'Attendee', 'attendee,organizer', ' attendee', '__proto__', 'x'.repeat(33)])(
    'must not ask for the scope %j',
    (scope) => expect(refusedPaths(() => read({ scope }))).toEqual(['scope']),
  );

  it('hears which scopes there are', () => {
    expect(() => read({ scope: 'speaker' })).toThrow(
      'scope must be one of attendee, organizer; it is "speaker"',
    );
    expect(() => parseFeedQuery({ scope: 'attendee' }, [])).toThrow(
      'scope must be left out: no scopes are configured; it is "attendee"',
    );
  });

  it('is refused with every wrong and every unknown parameter named', () => {
    const query = { limit: '0', cursor: 'x', status: 'y', scope: 'z', type: '', offset: '10' };
    expect(refusedPaths(() => read(query)).toSorted()).toEqual([
      'cursor',
      'limit',
      'offset',
      'scope',
      'status',
      'type',
    ]);
  });
});

describe('A cursor', () => {
  it.each([1, 7, 981, 2 ** 31, Number.MAX_SAFE_INTEGER])('is the text of the position %i', (position) => {
    expect(read({ cursor: String(position) }).before_position).toBe(position);
  });

  it.each([
    ['empty', ''],
    ['of the first edition', 'YmVmb3JlOjk4MQ'],
    ['of position 0', '0'],
    ['negative', '-7'],
    ['with a sign', '+7'],
    ['with a leading zero', '07'],
    ['a fraction', '7.5'],
    ['with an exponent', '1e3'],
    ['in hexadecimal', '0x7'],
    ['beyond 2^53', '9007199254740992'],
    ['beyond 64 bits', '99999999999999999999'],
    ['with something after it', '7 OR 1=1'],
    ['with a line break', '7\n'],
    ['in other digits', '７'],
    ['very long', '1'.repeat(10_000)],
  ])('that is forged is refused: %s', (_, cursor) => {
    expect(refusedPaths(() => read({ cursor }))).toEqual(['cursor']);
  });
});

describe('A request for changes', () => {
  it.each(['0', '7', '9007199254740991'])('may ask since %s', (since) => {
    expect(parseSince({ since })).toBe(Number(since));
  });

  it.each([undefined, '', '-1', '1.5', 'now', '1e3', '9007199254740992', '99999999999999999999'])(
    'must not ask since %j',
    (since) => expect(refusedPaths(() => parseSince({ since }))).toEqual(['since']),
  );

  it('has no other parameter', () => {
    expect(refusedPaths(() => parseSince({ since: '1', limit: '5' }))).toEqual(['limit']);
  });
});
