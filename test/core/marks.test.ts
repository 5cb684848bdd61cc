import { describe, expect, it } from 'vitest';
import { ValidationError } from '../../functions/core/errors.ts';
import { parseMarks } from '../../functions/core/marks.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

function refused(body: unknown): string[] {
  try {
    parseMarks(body);
  } catch (error) {
    if (error instanceof ValidationError) return error.errors.map(({ path }) => path);
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('A mark of several', () => {
  it('names an action and the notifications', () => {
    expect(parseMarks({ action: 'archive', ids: [7, 5] })).toEqual({
      action: 'archive',
      marks: [
        { id: 7, position: null },
        { id: 5, position: null },
      ],
    });
  });

  it('has the position of each id beside it', () => {
    expect(parseMarks({ action: 'read', ids: [7, 5], positions: [9, 5] }).marks).toEqual([
      { id: 7, position: 9 },
      { id: 5, position: 5 },
    ]);
  });

  it('counts a repeated id once, with the position that comes first', () => {
    expect(parseMarks({ action: 'read', ids: [7, 5, 7], positions: [7, 5, 9] }).marks).toEqual([
      { id: 7, position: 7 },
      { id: 5, position: 5 },
    ]);
  });

  it('may name 100, also with one of them twice', () => {
    expect(parseMarks({ action: 'read', ids: numbers(100) }).marks).toHaveLength(100);
    expect(parseMarks({ action: 'read', ids: [...numbers(100), 1] }).marks).toHaveLength(100);
  });

  it.each([0, 101])('must not name %i', (count) => {
    const body = { action: 'read', ids: numbers(count) };
    expect(refused(body)).toEqual(['ids']);
    expect(() => parseMarks(body)).toThrow('ids must name 1 to 100 notifications');
  });

  it.each(['0', 0, -1, 1.5, null, 2 ** 53, '__proto__'])('must not name %j, and says where it is', (id) => {
    expect(refused({ action: 'read', ids: [7, id] })).toEqual(['ids.1']);
    expect(refused({ action: 'read', ids: [7, 8], positions: [id, 8] })).toEqual(['positions.0']);
  });

  it.each([[[]], [[7]], [[7, 8, 9]]])('must have as many positions as ids: %j for two', (positions) => {
    expect(refused({ action: 'read', ids: [7, 8], positions })).toEqual(['positions']);
  });

  it.each(['seen', 'Read', '', 'constructor', 7, null, undefined])('must not ask for %j', (action) => {
    expect(refused({ action, ids: [7] })).toEqual(['action']);
  });

  it('hears which actions there are', () => {
    expect(() => parseMarks({ action: 'delete', ids: [7] })).toThrow(
      'action must be one of read, unread, archive, unarchive',
    );
  });

  it.each([undefined, null, [], 'text', 7])('must be a JSON object, not %j', (body) => {
    expect(refused(body)).toEqual(['']);
  });

  it('is refused with every wrong and every unknown field named', () => {
    const body = { action: 'x', ids: 7, positions: {}, before_position: 9 };
    expect(refused(body).toSorted()).toEqual(['action', 'before_position', 'ids', 'positions']);
  });
});
