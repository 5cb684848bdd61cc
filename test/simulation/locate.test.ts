import { describe, expect, it } from 'vitest';
import { locate } from './locate.ts';
import { mutants } from './mutants.ts';
import type { Mutant } from './mutate.ts';

const mutant: Mutant = {
  name: 'nothing is right',
  pattern: "({ type: 'inbox.changed', user_id, version, unread_count, unseen_count, scopes })",
  replacement: '{}',
  caughtBy: 'shown as stored',
};

describe('A mutant', () => {
  it.each(mutants)('is made at one place: $name', (each) => {
    expect(locate(each).source).not.toBe('');
  });

  it('is refused if its pattern matches no place', () => {
    expect(() => locate({ ...mutant, pattern: "({ type: 'inbox.lost' })" })).toThrow(
      'The pattern of the mutant "nothing is right" must match exactly one place, but it matches 0',
    );
  });

  it('is refused if its pattern matches several places, and names them', () => {
    expect(() => locate({ ...mutant, pattern: 'return false;' })).toThrow(
      /must match exactly one place, but it matches \d+:\n {2}\S+\.ts:\d+\n/,
    );
  });

  it('is looked for below its folder alone', () => {
    expect(() => locate({ ...mutant, below: 'client/src' })).toThrow('it matches 0');
  });

  it('is refused if what it makes is no code', () => {
    expect(() => locate({ ...mutant, replacement: '{' })).toThrow(SyntaxError);
  });
});
