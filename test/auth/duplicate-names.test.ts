import { describe, expect, it } from 'vitest';
import { hasDuplicateNames } from '../../functions/auth/duplicate-names.ts';

describe('A JSON text names a member twice', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"b":{"c":[]},"a" \n : 2}',
    '{"a":1,"\\u0061":2}',
    '{"\\"":1,"\\u0022":2}',
    '{"x":[{"a":{},"a":1}]}',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
  ])('%s', (json) => expect(hasDuplicateNames(json)).toBe(true));
});

describe('A JSON text names no member twice', () => {
  it.each([
    '{}',
    '{"a":"a","b":"a"}',
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"\\"a\\":1,","b":"{\\"a\\":1"}',
    '{"a":["a","a"],"A":1}',
    '{"a":"}","b":"]{"}',
    '"a"',
  ])('%s', (json) => expect(hasDuplicateNames(json)).toBe(false));
});
