import { isRecord, parseJson } from './json.ts';

/** One thing that happened in the local runtime: a request, a frame, an invocation, a refusal. */
export interface ReportEntry {
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
  /** `debug` is a detail of another entry: a function's request to a table, a measurement. */
  level: 'debug' | 'info' | 'warn' | 'error';
  /** One line of text; never a token, a query string, a body or a title. */
  message: string;
  /** Set if a function has printed the line: its name, and the fields if the line is a JSON object. */
  printed?: { functionName: string; fields?: Record<string, unknown> };
}

/** Gets the entries in the order of the events. Must not throw. */
export type Report = (entry: ReportEntry) => void;

/** The level of an entry about an answered request: `error` for a 5xx, `warn` for a 4xx, else `info`. */
export function levelOfStatus(status: number): ReportEntry['level'] {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The report entry of a line that a function has printed. */
export function printedBy(functionName: string, stream: 'stdout' | 'stderr', line: string): ReportEntry {
  const parsed = line.startsWith('{') ? parseJson(line) : undefined;
  const fields = isRecord(parsed) ? parsed : undefined;
  return {
    source: 'lambda',
    level: levelOf(stream, fields ?? { level: textLevel.exec(line)?.[1] }),
    message: `${functionName}: ${line}`,
    printed: { functionName, ...(fields && { fields }) },
  };
}

/** The level of an entry of Lambda's text format: time, request and level come first. */
const textLevel = /^\S+Z\t\S+\t([A-Z]+)\t/;

/** A line of JSON has its own level, as CloudWatch reads it. A line of metrics concerns only CloudWatch. */
function levelOf(stream: 'stdout' | 'stderr', fields: Record<string, unknown>): ReportEntry['level'] {
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
