import { styleText } from 'node:util';
import { isRecord } from '../json.ts';
import { printable } from '../printable.ts';
import type { ReportEntry } from '../report.ts';

const colours = {
  http: 'cyan',
  socket: 'magenta',
  lambda: 'green',
  sqs: 'green',
  events: 'green',
  dynamodb: 'blue',
  postgres: 'blue',
  trigger: 'blue',
  build: 'cyan',
  iam: 'red',
} as const satisfies Record<ReportEntry['source'], string>;

const levels = { debug: 'dim', info: 'none', warn: 'yellow', error: 'red' } as const;

/**
 * A report entry as one line of the screen: the time, the source, and what happened. Names and ids are shortened,
 * except in errors, where a reader needs them in full. Nothing in the entry reaches the terminal raw. The line has colours
 * if the output is a terminal and NO_COLOR is not set.
 */
export function formatReport(entry: ReportEntry, at: Date): string {
  const time = styleText('dim', at.toTimeString().slice(0, 8));
  const source = styleText(colours[entry.source], entry.source.padEnd(8));
  const text = entry.printed?.fields
    ? formatLogged(entry.printed.functionName, entry.printed.fields)
    : entry.message;
  const short = entry.level === 'error' && !entry.printed ? text : shorten(text);
  return `${time}  ${source}  ${styleText(levels[entry.level], printable(short))}`;
}

/** The name of the function, its message and its fields. An error is shown without its stack trace. */
function formatLogged(functionName: string, fields: Record<string, unknown>): string {
  const { timestamp: _, level: __, message, request_id, requestId = request_id, ...rest } = fields;
  const details = Object.entries(rest)
    .filter(([key]) => !['_aws', 'stackTrace', 'errorType', 'errorMessage'].includes(key))
    .map(([key, value]) => `${key}=${formatValue(value)}`);
  const request = requestId === undefined ? [] : [`(${String(requestId)})`];
  const [said = ''] = String(message).split('\n');
  return [`${functionName}: ${said}`, ...details, ...request].join(' ');
}

function formatValue(value: unknown): string {
  if (isRecord(value) && typeof value.message === 'string') {
    return JSON.stringify(`${String(value.name ?? 'Error')}: ${value.message}`);
  }
  return typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
}

/** Shortens names and ids: `Belfry-NotificationsPipelineCreate60562D92` is `create`, and an id keeps its first part. */
function shorten(text: string): string {
  return text
    .replace(/\barn:aws:[\w-]+:[\w-]*:\d*:(?:function:)?/g, '')
    .replace(/\b\w+-\w*?([A-Z][a-z]+)[0-9A-F]{8}\b/g, (_, name: string) => name.toLowerCase())
    .replace(/\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '$1')
    .replace(/(?<![\w-])([\w-]{7})[\w-]{8}=(?!\w)/g, '$1');
}
