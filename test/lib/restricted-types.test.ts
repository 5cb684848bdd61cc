import { describe, expect, it } from 'vitest';
import { checkRestrictedTypes } from '../../lib/restricted-types.ts';

describe('Restricted types', () => {
  it('are types with the event sources that may send them', () => {
    const types = { payout: ['payments', 'ledger'], 'legal.hold': [] };
    expect(checkRestrictedTypes(types)).toEqual(types);
    expect(checkRestrictedTypes({})).toEqual({});
  });

  it.each([
    ['a list', ['payout']],
    ['null', null],
    ['a single source', { payout: 'payments' }],
    ['a source that is no text', { payout: [1] }],
    ['an empty source', { payout: [''] }],
    ['an empty type', { '': ['payments'] }],
    ['a type of two words', { 'pay out': ['payments'] }],
    ['a type longer than types are', { ['x'.repeat(65)]: [] }],
  ])('are refused where they are %s', (_, value) => {
    expect(() => checkRestrictedTypes(value)).toThrow(/^restrictedTypes: /);
  });
});
