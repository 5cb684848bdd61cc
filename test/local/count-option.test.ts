import { describe, expect, it } from 'vitest';
import { countOption } from '../../local/command-line/run-command.ts';

describe('an option that is a count', () => {
  it.each([
    ['1', 1],
    ['1000000', 1_000_000],
    [undefined, undefined],
  ])('takes %s', (text, count) => {
    expect(countOption('max-environments', text)).toBe(count);
  });

  it.each(['0', '-1', '1.5', '1e3', '1000001', 'many', ''])('refuses %j, and says what it takes', (text) => {
    expect(() => countOption('max-environments', text)).toThrow(
      `--max-environments must be a whole number from 1 to 1000000; it is ${JSON.stringify(text)}.`,
    );
  });
});
