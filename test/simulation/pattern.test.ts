import { describe, expect, it } from 'vitest';
import { parseSource } from './code.ts';
import { findPattern, replaceMatch } from './pattern.ts';

/** The source with its only match replaced. */
function replace(source: string, pattern: string, replacement: string): string {
  const [match, ...others] = find(source, pattern);
  if (!match || others.length > 0) throw new Error(`${others.length + (match ? 1 : 0)} matches`);
  return replaceMatch(match, replacement);
}

const find = (source: string, pattern: string) => findPattern(pattern, [parseSource('some.ts', source)]);

const guard = 'if ($held && $held.version >= $row.version) return;';

describe('A pattern', () => {
  it('matches its code by whatever name', () => {
    const source = (held: string, row: string) =>
      `function f() { if (${held} && ${held}.version >= ${row}.version) return; ${held}(); }`;
    expect(find(source('held', 'row'), guard)).toHaveLength(1);
    expect(find(source('known', 'notification'), guard)).toHaveLength(1);
  });

  it('takes a placeholder for the same identifier everywhere', () => {
    expect(find('if (held && other.version >= row.version) stop();', '$held && $held.version')).toEqual([]);
    expect(find('keep(a, b)', 'keep($a, $a)')).toEqual([]);
    expect(find('keep(a, a)', 'keep($a, $a)')).toHaveLength(1);
  });

  it('takes what is no placeholder as it is', () => {
    expect(find('if (held && held.revision >= row.revision) stop();', '$held.version')).toEqual([]);
    expect(find("send({ type: 'pong' })", "({ type: 'ping' })")).toEqual([]);
  });

  it.each([
    ['line breaks and comments', 'post(\n  to, // whom\n  text)', 'post($to, $text)'],
    ['a trailing comma', 'post(\n  to,\n  text,\n)', 'post($to, $text)'],
    ['parentheses that change nothing', 'send((a) + (b))', '$a + $b'],
    ['parentheses around one parameter', 'rows.map((row) => row.id)', '$rows.map($row => $row.id)'],
    ['braces around one statement', 'if (isDone) {\n  stop();\n}', 'if ($isDone) $stop();'],
    ['types', 'const f: Frame = g<Frame>(h as never)', 'const $f = $g($h);'],
    ['the way in which a text or a number is written', 'wait("long", 60_000)', "wait('long', 60000)"],
  ])('does not mind %s', (_, source, pattern) => {
    expect(find(source, pattern)).toHaveLength(1);
  });

  it('minds parentheses that change the order', () => {
    expect(find('send((a + b) * c)', '$a + $b * $c')).toEqual([]);
    expect(find('send((a + b) * c)', '($a + $b) * $c')).toHaveLength(1);
  });

  it('finds statements that follow one another, and no others', () => {
    expect(find('{ a = 1; stop(); go(); }', '$stop(); $go();')).toHaveLength(1);
    expect(find('{ stop(); a = 1; go(); }', '$stop(); $go();')).toEqual([]);
  });

  it('finds every place that it matches', () => {
    expect(find('stop(); go();', '$f();')).toHaveLength(2);
  });

  it('must be code', () => {
    expect(() => find('', 'if (')).toThrow(SyntaxError);
    expect(() => find('', ' ')).toThrow('The text is empty.');
  });
});

describe('A replacement', () => {
  it('has the names of the code that it replaces', () => {
    expect(replace('keep(row, before)', 'keep($row, $at)', '$at, $row')).toBe('(before, row)');
  });

  it('takes an expression as a whole', () => {
    expect(replace('b = a || c;', '$x = $$y', '$x = !$$y')).toBe('(b = !(a || c));');
    expect(replace('[1, 2].sort(byId).at(0)', '$$rows.sort($by)', '$$rows')).toBe('(([1, 2])).at(0)');
  });

  it('takes the rest of a list, which may be empty', () => {
    expect(replace('f(a, 1, 2)', 'f($a, $$$rest)', 'g($$$rest)')).toBe('(g(1, 2))');
    expect(replace('f(a)', 'f($a, $$$rest)', 'g($$$rest)')).toBe('(g())');
    expect(replace('if (a) { b(); c(); }', 'if ($a) $$$all;', 'if (!$a) $$$all')).toBe(
      'if (!a) { b(); c(); };',
    );
  });

  it('may be empty, which takes the statement out', () => {
    expect(replace('if (isDone) stop();', '$stop();', '')).toBe('if (isDone) ;');
  });

  it('cannot have a placeholder that the pattern does not have', () => {
    expect(() => replace('keep(row)', 'keep($row)', 'keep($rwo)')).toThrow(
      'The pattern has no placeholder $rwo, which the replacement uses.',
    );
  });
});
