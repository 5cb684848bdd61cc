import { describe, expect, it } from 'vitest';
import { checkMeasuredTypes, checkRestrictedTypes } from '../../lib/notification-types.ts';

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
    ['a type with an invisible character', { 'pay\u200Bout': [] }],
    ['a type that is only invisible', { '\u3164': [] }],
    ['one type in two spellings', { payout: ['payments'], Payout: [] }],
  ])('are refused if they are %s', (_, value) => {
    expect(() => checkRestrictedTypes(value)).toThrow(/^restrictedTypes: /);
  });
});

describe('Measured types', () => {
  it('are up to 20', () => {
    const types = Array.from({ length: 20 }, (_, index) => `type-${index}`);
    expect(checkMeasuredTypes(types)).toEqual(types);
    expect(() => checkMeasuredTypes([...types, 'one.more'])).toThrow(
      'measuredTypes names 21 types; at most 20 are allowed, because you pay for each as a metric.',
    );
  });

  it.each([
    ['nothing', ''],
    ['two words', 'build failed'],
    ['no ASCII, which CloudWatch does not take', 'größe'],
    ['longer than types are', 'x'.repeat(65)],
  ])('are refused if one is %s', (_, type) => {
    expect(() => checkMeasuredTypes(['comment', type])).toThrow(`the type ${JSON.stringify(type)} must be`);
  });
});
