import fc from 'fast-check';

/**
 * What must become of a part of a request, and so of the whole: `sound` is served, `broken` is refused, and of what is
 * `strange` only this is known, that it is one of the two.
 */
export type Verdict = 'sound' | 'broken' | 'strange';

/** A part of a request, with what must become of it. */
export interface Part<Value> {
  value: Value;
  verdict: Verdict;
}

/** Makes parts of values. */
export type PartArbitrary<Value> = fc.Arbitrary<Part<Value>>;

export const sound = <Value>(values: fc.Arbitrary<Value>): PartArbitrary<Value> =>
  values.map((value) => ({ value, verdict: 'sound' }));
export const broken = <Value>(values: fc.Arbitrary<Value>): PartArbitrary<Value> =>
  values.map((value) => ({ value, verdict: 'broken' }));
export const strange = <Value>(values: fc.Arbitrary<Value>): PartArbitrary<Value> =>
  values.map((value) => ({ value, verdict: 'strange' }));

/** One that is broken makes the whole broken, whatever the others are. */
export function verdictOf(...parts: { verdict: Verdict }[]): Verdict {
  const verdicts = parts.map(({ verdict }) => verdict);
  if (verdicts.includes('broken')) return 'broken';
  return verdicts.includes('strange') ? 'strange' : 'sound';
}

/** Mostly sound, so that what is broken elsewhere is reached. */
export const mostly = <Value>(
  first: PartArbitrary<Value>,
  ...others: PartArbitrary<Value>[]
): PartArbitrary<Value> =>
  fc.oneof(
    { weight: 3 * others.length, arbitrary: first },
    ...others.map((arbitrary) => ({ weight: 1, arbitrary })),
  );
