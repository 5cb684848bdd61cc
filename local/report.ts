/** One thing that happened in the local runtime: a request, a frame, an invocation, a refusal. */
export interface ReportLine {
  source: 'http' | 'socket' | 'lambda' | 'sqs' | 'events' | 'iam' | 'trigger' | 'dynamodb' | 'postgres';
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
