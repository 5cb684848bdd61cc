import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { logger, metrics } from '../../functions/platform/container.ts';
import { invocation } from '../../functions/platform/invocation.ts';
import { metricsOf } from '../support/emf.ts';

let printed: string;
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const lines = () =>
  printed
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
// The cast: nothing else is read of the context.
const request = (awsRequestId: string) => ({ awsRequestId }) as Context;

describe('An invocation', () => {
  it('hands on event and context, and the answer', async () => {
    const handler = invocation(async (event: number, { awsRequestId }) => `${event} ${awsRequestId}`);
    expect(await handler(1, request('a'))).toBe('1 a');
  });

  it('logs each line with the id of its own request, beside the fields', async () => {
    const handler = invocation(async (door: string) => logger.info('create_refused', { door }));
    await handler('queue', request('a'));
    await handler('http', request('b'));
    expect(lines()).toMatchObject([
      { level: 'INFO', message: 'create_refused', request_id: 'a', door: 'queue' },
      { level: 'INFO', message: 'create_refused', request_id: 'b', door: 'http' },
    ]);
  });

  it('writes down what was measured when the handler has answered', async () => {
    await invocation(async () => metrics.count('Posts', 2))({}, request('a'));
    const [line] = lines();
    expect(line).toMatchObject({ message: 'metrics', request_id: 'a' });
    expect(metricsOf(line)).toEqual([{ name: 'Posts', unit: 'Count', values: [2], dimensions: [{}] }]);
  });

  it('writes it down when the handler fails, too, and fails as it does', async () => {
    const failing = invocation(async () => {
      metrics.count('CommandsFailed');
      throw new RangeError('too far');
    });
    await expect(failing({}, request('a'))).rejects.toThrow(RangeError);
    expect(lines().flatMap(metricsOf)).toMatchObject([{ name: 'CommandsFailed', values: [1] }]);
  });
});
