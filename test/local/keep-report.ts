import { inject } from 'vitest';
import type { Report, ReportEntry } from '../../local/report.ts';
import { type KeptLog, keepLog } from '../support/kept-log.ts';

/** What a test sees of a part of the local runtime. */
export interface KeptReport extends Pick<KeptLog, 'expectDenial' | 'secret'> {
  entries: ReportEntry[];
  report: Report;
}

/** Keeps what a part of the local runtime reports, for the test and for the look at the lines of the whole run. */
export function keepReport(): KeptReport {
  const log = keepLog(inject('logDirectory'));
  const entries: ReportEntry[] = [];
  return {
    ...log,
    entries,
    report(entry) {
      log.report(entry);
      entries.push(entry);
    },
  };
}
