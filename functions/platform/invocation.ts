import type { Context } from 'aws-lambda';
import { metrics } from './container.ts';
import { logAs } from './logger.ts';

/** What Lambda calls. */
type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/**
 * The handler of a function, as each entry exports it: every line that is logged meanwhile carries the id that Lambda
 * gave to the request, and what was measured is written down when the handler has ended, whether well or not.
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
