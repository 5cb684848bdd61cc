import type { Context } from 'aws-lambda';
import { metrics } from './container.ts';
import { logAs } from './logger.ts';

/** What Lambda calls. */
type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/**
 * The handler of a function, as each entry exports it. Every log entry gets Lambda's request id. The metrics are written
 * when the handler has ended, even if it has failed.
 */
export function invocation<Event, Result>(handler: Handler<Event, Result>): Handler<Event, Result> {
  return async (event, context) => {
    logAs(context.awsRequestId);
    try {
      return await handler(event, context);
    } finally {
      metrics.flush();
    }
  };
}
