import type { ReportEntry } from '../../local/report.ts';
import { type Measured, metricsOf } from './emf.ts';

/** A line of JSON that a function has printed. */
export type LogLine = Record<string, unknown>;

/** What functions print, as CloudWatch would have it. */
export function createFunctionLog() {
  const lines: LogLine[] = [];
  const strays: string[] = [];
  return {
    lines,
    /** What was printed and is no JSON object. */
    strays,
    report({ printed, message }: ReportEntry): void {
      if (printed?.fields) lines.push(printed.fields);
      else if (printed) strays.push(message);
    },
    /** Everything that was measured since the first line. */
    measured: (): Measured[] => lines.filter((line) => '_aws' in line).flatMap(metricsOf),
    /** The sum of a count, of a dimension where one is named. */
    total(name: string, dimension: Record<string, string> = {}): number {
      const counted = this.measured().filter(
        (each) => each.name === name && each.dimensions.some((one) => includes(one, dimension)),
      );
      return counted.flatMap(({ values }) => values).reduce((sum, value) => sum + value, 0);
    },
  };
}

const includes = (all: Record<string, string>, some: Record<string, string>): boolean =>
  Object.entries(some).every(([key, value]) => all[key] === value);
