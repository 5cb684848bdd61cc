import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatReport } from '../../local/command-line/report-screen.ts';
import { printedBy, type ReportEntry } from '../../local/report.ts';

const at = new Date(2026, 0, 1, 9, 5, 7);
const functionName = 'Belfry-NotificationsPipelineCreate60562D92';
const request_id = '8855d79c-ae03-4554-a269-e97d12d9a4a2';

beforeEach(() => vi.stubEnv('NO_COLOR', '1'));
afterEach(() => vi.unstubAllEnvs());

const formatted = (entry: Pick<ReportEntry, 'message'> & Partial<ReportEntry>) =>
  formatReport({ source: 'lambda', level: 'info', ...entry }, at);
const logged = (fields: Record<string, unknown>, level: ReportEntry['level'] = 'info') =>
  formatted({
    level,
    message: `${functionName}: ${JSON.stringify(fields)}`,
    printed: { functionName, fields },
  });

describe('A line of the start screen', () => {
  it('is the time, what it is about, and what happened', () => {
    expect(formatted({ source: 'http', message: 'GET /notifications 200 3 ms' })).toBe(
      '09:05:07  http      GET /notifications 200 3 ms',
    );
  });

  it.each([
    ['a connection', 'post T548F3Bes-LrVus= pong 15 B 200', 'post T548F3B pong 15 B 200'],
    ['a request', `create: request ${request_id} failed`, 'create: request 8855d79c failed'],
    ['a function', `${functionName}: dynamodb Query 400 (2 ms)`, 'create: dynamodb Query 400 (2 ms)'],
    [
      'an address',
      `delivered to arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
      'delivered to create',
    ],
  ])('names %s as short as can be', (_, message, short) => {
    expect(formatted({ message })).toBe(`09:05:07  lambda    ${short}`);
  });

  it('shows errors in full, because they need an action', () => {
    const message = `User: arn:aws:sts::000000000000:assumed-role/r/${functionName} is not authorized`;
    expect(formatted({ source: 'iam', level: 'error', message })).toBe(`09:05:07  iam       ${message}`);
  });

  it('says of a line that a function logs which function, its fields and the request', () => {
    const fields = { timestamp: 'now', level: 'INFO', message: 'create_refused', request_id, door: 'sqs' };
    expect(logged({ ...fields, reason: 'title must not be blank' })).toBe(
      '09:05:07  lambda    create: create_refused door=sqs reason="title must not be blank" (8855d79c)',
    );
  });

  it('says of an error what went wrong, on one line and without the stack', () => {
    const error = {
      name: 'Unavailable',
      message: 'The database\ncannot be reached',
      stack: 'at here\nat there',
    };
    expect(logged({ level: 'ERROR', message: 'create_failed', request_id, error }, 'error')).toBe(
      '09:05:07  lambda    create: create_failed error="Unavailable: The database\\ncannot be reached" (8855d79c)',
    );
  });

  it('is one line of what Lambda’s runtime logs when a handler throws', () => {
    const fields = {
      requestId: request_id,
      message: 'Invoke Error Error: away\n    at x',
      stackTrace: ['at x'],
    };
    expect(logged(fields, 'error')).toBe('09:05:07  lambda    create: Invoke Error Error: away (8855d79c)');
  });
});

describe('A line of what comes from outside', () => {
  const hostile = '\u001b[31mred\u001b]52;c;eA==\u0007\u009b2J\r\u202eabc\u0008\u007f';

  it.each<[string, ReportEntry]>([
    ['a line that a function prints', printedBy('create', 'stdout', hostile)],
    ['a log entry', printedBy('create', 'stdout', JSON.stringify({ message: hostile, [hostile]: hostile }))],
    [
      'an error of a function',
      printedBy('create', 'stderr', JSON.stringify({ message: hostile, error: { message: hostile } })),
    ],
    ['a request', { source: 'http', level: 'info', message: `GET /${hostile} 404` }],
    ['an error of the runtime', { source: 'postgres', level: 'error', message: hostile }],
  ])('is shown and not obeyed: %s', (_, entry) => {
    const line = formatReport(entry, at);
    expect(line).toContain('\\u001b[31mred');
    expect(line.match(/[\p{Cc}\p{Cf}]/gu) ?? []).toEqual([]);
  });
});
