/** One thing that happened in the local runtime: a request, a frame, an invocation, a refusal. */
export interface ReportLine {
  source: 'http' | 'socket' | 'lambda' | 'sqs' | 'events' | 'iam' | 'trigger' | 'dynamodb' | 'postgres';
  level: 'info' | 'warn' | 'error';
  /** One line of text; never a token, a query string, a body or a title. */
  message: string;
}

/** Takes what happened, in order, and must not throw. */
export type Report = (line: ReportLine) => void;
