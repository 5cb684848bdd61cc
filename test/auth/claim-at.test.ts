import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimAt } from '../../functions/auth/claim-at.ts';

// Names as issuers have them, with dots too, and those that every object inherits.
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    'sub',
    'https://example.com/roles',
    'a.b',
    '.',
    '__proto__',
    'constructor',
    'toString',
    '0',
  ),
);

/** Claims with this value at the end of these names, each inside of the one before it. */
const nested = (names: string[], value: unknown): unknown =>
  // As JSON.parse makes them: `__proto__` is a member like any other.
  JSON.parse(names.reduceRight((inner, each) => `{${JSON.stringify(each)}:${inner}}`, JSON.stringify(value)));

describe('A path', () => {
  it('leads to its claim, however deep, and whatever dots and names are on it', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.string(), (names, value) => {
        expect(claimAt(nested(names, value), names.join('.'))).toBe(value);
      }),
    );
  });

  it('leads to nothing that the token does not have', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), name, (names, other) => {
        fc.pre(names.join('.') !== other && !names.join('.').startsWith(`${other}.`));
        expect(claimAt(nested(names, 'x'), other)).toBeUndefined();
      }),
    );
  });

  it.each([undefined, null, 'text', 7, ['a'], [{ a: 'x' }]])('leads into no %j', (claims) => {
    for (const path of ['a', '0', '0.a', 'length']) expect(claimAt(claims, path)).toBeUndefined();
  });
});
