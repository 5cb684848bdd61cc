import { isRecord, parseJson } from '../json.ts';
import type { ReportLine } from '../report.ts';

/** What is reported of a line that a function has printed. */
export function printedBy(functionName: string, stream: 'stdout' | 'stderr', line: string): ReportLine {
  const parsed = line.startsWith('{') ? parseJson(line) : undefined;
  const fields = isRecord(parsed) ? parsed : undefined;
  return {
    source: 'lambda',
    level: levelOf(stream, fields),
    message: `${functionName}: ${line}`,
    printed: { functionName, ...(fields && { fields }) },
  };
}

/** A function that logs JSON names the level itself, as CloudWatch reads it; a line of metrics is for CloudWatch alone. */
function levelOf(stream: 'stdout' | 'stderr', fields: Record<string, unknown> = {}): ReportLine['level'] {
  if ('_aws' in fields) return 'debug';
  switch (fields.level) {
    case 'ERROR':
    case 'FATAL':
      return 'error';
    case 'WARN':
      return 'warn';
    case 'INFO':
    case 'DEBUG':
    case 'TRACE':
      return 'info';
    default:
      return stream === 'stdout' ? 'info' : 'warn';
  }
}
