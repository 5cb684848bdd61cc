import { isRecord, parseJson } from './json.ts';

/** One thing that happened in the local runtime: a request, a frame, an invocation, a refusal. */
export interface ReportLine {
  source:
    | 'http'
    | 'socket'
    | 'lambda'
    | 'sqs'
    | 'events'
    | 'iam'
    | 'trigger'
    | 'dynamodb'
    | 'postgres'
    | 'build';
  /** `debug` is how something came about that another line tells: a function's request to a table, a measurement. */
  level: 'debug' | 'info' | 'warn' | 'error';
  /** One line of text; never a token, a query string, a body or a title. */
  message: string;
  /** Set where a function has printed it: which, and the fields where the line is a JSON object. */
  printed?: { functionName: string; fields?: Record<string, unknown> };
}

/** Takes what happened, in order, and must not throw. */
export type Report = (line: ReportLine) => void;

/** How a line about an answered request is reported, by its status: a refusal is to be noticed, a failure to be looked into. */
export function levelOfStatus(status: number): ReportLine['level'] {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

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
