import { describe, expect, it } from 'vitest';
import { parseBounds, parseSeen } from '../../functions/core/bounds.ts';
import { refusedPaths } from '../support/refused-paths.ts';

const scopes = ['attendee', 'organizer'];
const bounds = (body?: unknown) => parseBounds(body, scopes);
const seen = (body?: unknown) => parseSeen(body, scopes);

const noPositions = ['0', 0, -1, 1.5, null, 2 ** 53];
const noScopes = ['speaker', 'Attendee', '', 7, null, ['attendee'], '__proto__'];

describe('Bounds', () => {
  it.each([undefined, null, {}])('leave nothing out if the body is %j', (body) => {
    expect(bounds(body)).toEqual({ before_position: null, scope: null, types: [] });
  });

  it('are what the body says, each type once', () => {
    const body = { before_position: 981, scope: 'organizer', types: ['promo', 'digest', 'promo'] };
    expect(bounds(body)).toEqual({ ...body, types: ['promo', 'digest'] });
  });

  it.each(noPositions)('must not be a position %j', (before_position) => {
    expect(refusedPaths(() => bounds({ before_position }))).toEqual(['before_position']);
  });

  it.each(noScopes)('must not be a scope %j', (scope) => {
    expect(refusedPaths(() => bounds({ scope }))).toEqual(['scope']);
  });

  it('name an unknown scope, and the known ones', () => {
    expect(() => bounds({ scope: 'speaker' })).toThrow(
      'scope must be one of attendee, organizer; it is "speaker"',
    );
    expect(() => bounds({ scope: 'Speaker\u202e' })).toThrow(/^scope must be the name .* "Speaker\uFFFD"$/);
  });

  it.each([
    ['empty', []],
    ['eleven', Array.from({ length: 11 }, (_, n) => `type${n}`)],
    ['no list', 'promo'],
    ['null', null],
  ])('must not be types that are %s', (_, types) => {
    expect(refusedPaths(() => bounds({ types }))).toEqual(['types']);
  });

  it('name the place of a wrong type', () => {
    expect(refusedPaths(() => bounds({ types: ['promo', ''] }))).toEqual(['types.1']);
  });

  it.each([[[]], ['text'], [7]])('must not be %j', (body) => {
    expect(refusedPaths(() => bounds(body))).toEqual(['']);
  });

  it('are refused with every wrong and every unknown field named', () => {
    const body = { before_position: 0, scope: 'x', types: [], before_id: 9 };
    expect(refusedPaths(() => bounds(body)).toSorted()).toEqual([
      'before_id',
      'before_position',
      'scope',
      'types',
    ]);
  });
});

describe('What a user has seen', () => {
  it('goes up to a position, in all bells or in that of a scope', () => {
    expect(seen({ before_position: 981 })).toEqual({ before_position: 981, scope: null });
    expect(seen({ before_position: 981, scope: 'attendee' })).toEqual({
      before_position: 981,
      scope: 'attendee',
    });
  });

  it.each([...noPositions, undefined])('must not go up to %j', (before_position) => {
    expect(refusedPaths(() => seen({ before_position }))).toEqual(['before_position']);
  });

  it.each(noScopes)('must not be in the bell of %j', (scope) => {
    expect(refusedPaths(() => seen({ before_position: 981, scope }))).toEqual(['scope']);
  });

  it.each([undefined, null, [], 'text', 7])('must be a JSON object, not %j', (body) => {
    expect(refusedPaths(() => seen(body))).toEqual(['']);
  });

  it('has no types', () => {
    expect(refusedPaths(() => seen({ before_position: 981, types: ['promo'] }))).toEqual(['types']);
  });
});
