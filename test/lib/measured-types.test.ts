import { describe, expect, it } from 'vitest';
import { checkMeasuredTypes } from '../../lib/measured-types.ts';

describe('Measured types', () => {
  it('are up to 20', () => {
    const types = Array.from({ length: 20 }, (_, index) => `type-${index}`);
    expect(checkMeasuredTypes(types)).toEqual(types);
    expect(() => checkMeasuredTypes([...types, 'one.more'])).toThrow(
      'measuredTypes names 21 types; at most 20 are allowed, since each is a metric to pay for.',
    );
  });

  it.each([
    ['nothing', ''],
    ['two words', 'build failed'],
    ['no ASCII, which CloudWatch does not take', 'größe'],
    ['longer than types are', 'x'.repeat(65)],
  ])('are refused where one is %s', (_, type) => {
    expect(() => checkMeasuredTypes(['comment', type])).toThrow(`the type ${JSON.stringify(type)} must be`);
  });
});
