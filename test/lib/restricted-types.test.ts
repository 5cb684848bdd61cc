import { describe, expect, it } from 'vitest';
import { parseRestrictedTypes } from '../../lib/restricted-types.ts';

describe('Restricted types as text', () => {
  it('are types with the event sources that may send them', () => {
    const text = '{"payout":["payments","ledger"],"legal.hold":[]}';
    expect(parseRestrictedTypes(text)).toEqual({ payout: ['payments', 'ledger'], 'legal.hold': [] });
    expect(parseRestrictedTypes('{}')).toEqual({});
  });

  it.each([
    ['no JSON', 'payout'],
    ['a list', '["payout"]'],
    ['null', 'null'],
    ['a single source', '{"payout":"payments"}'],
    ['a source that is no text', '{"payout":[1]}'],
    ['an empty source', '{"payout":[""]}'],
    ['an empty type', '{"":["payments"]}'],
    ['a type of two words', '{"pay out":["payments"]}'],
    ['a type longer than types are', `{"${'x'.repeat(65)}":[]}`],
  ])('are refused where they are %s, and told how they look', (_, text) => {
    expect(() => parseRestrictedTypes(text)).toThrow(
      /^restrictedTypes must be JSON such as \{"payout":\["payments"\]\}: /,
    );
  });
});
