import { describe, expect, it } from 'vitest';
import { parseExactly } from '../../local/json.ts';

describe('A JSON text that is parsed to be written again', () => {
  it.each(['1e400', '-1e400', '1234567890123456789', '1E21', '{"a":[1e300,{"b":9007199254740993}]}'])(
    'keeps the text of numbers that JavaScript changes: %s',
    (text) => expect(JSON.stringify(parseExactly(text))).toBe(text),
  );

  it('has plain values otherwise', () => {
    expect(parseExactly('{"id":"1234567890123456789","n":[1.5,-0,1e3]}')).toEqual({
      id: '1234567890123456789',
      n: [1.5, -0, 1000],
    });
  });

  it('may be nested deeply', () => {
    const text = `${'['.repeat(20_000)}1${']'.repeat(20_000)}`;
    expect(() => parseExactly(text)).not.toThrow();
  });

  it('must be JSON', () => expect(() => parseExactly('{')).toThrow(SyntaxError));
});
