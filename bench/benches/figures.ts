import type { Ratio } from '../method/ratio.ts';
import { figureOf } from '../report.ts';

/** What a ratio was made from, to read. */
type Figures = Omit<Ratio, 'service' | 'floor'> & { from: string };

const withUnit =
  (unit: string) =>
  ({ service, floor, ...estimate }: Ratio): Figures => ({
    ...estimate,
    from: `${figureOf(service)} : ${figureOf(floor)} ${unit}`,
  });

/** A ratio of CPU times. */
export const inMicroseconds = withUnit('µs');

/** A ratio of latencies. */
export const inMilliseconds = withUnit('ms');

/** `0.4` as `40 %`. */
export const percent = (part: number): string => `${Math.round(part * 100)} %`;
