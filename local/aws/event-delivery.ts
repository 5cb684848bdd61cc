import type { Report } from '../report.ts';
import type { MessageAttribute } from './sqs-message.ts';

/** The envelope in which a target gets an event. */
export interface Event {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 in UTC, to the second. */
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** What gets the events of a rule. */
export interface Target {
  arn: string;
  /** Hands the event over; a rejection sends it to the dead-letter queue, or drops it with an error line. */
  deliver(event: Event): Promise<void>;
  /** Sends what `deliver` did not take to the target's dead-letter queue; may refuse by throwing. */
  deadLetterQueue?(body: string, attributes: Record<string, MessageAttribute>): Promise<void> | void;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const errorCodes: Record<string, string> = {
  AccessDeniedException: 'NO_PERMISSIONS',
  ResourceNotFoundException: 'NO_RESOURCE',
};

/**
 * Hands events to targets, and to their dead-letter queues what they did not take. It tries once: what can fail here
 * is a missing permission or target, which EventBridge does not try again either.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 */
export function createEventDelivery(report: Report) {
  /** Says, after what went wrong, where the event is now. */
  async function giveUp(
    event: Event,
    rule: { name: string; arn: string },
    target: Target,
    error: Error,
  ): Promise<string> {
    if (!target.deadLetterQueue) return 'it was dropped, as the target has no dead-letter queue';
    const text = (value: string): MessageAttribute => ({ DataType: 'String', StringValue: value });
    try {
      await target.deadLetterQueue(JSON.stringify(event), {
        RULE_ARN: text(rule.arn),
        TARGET_ARN: text(target.arn),
        ERROR_CODE: text(errorCodes[error.name] ?? 'UNKNOWN'),
        ERROR_MESSAGE: text(error.message),
      });
      return 'it is in the dead-letter queue';
    } catch (sendError) {
      return `it was dropped, as the dead-letter queue did not take it: ${String(sendError)}`;
    }
  }

  /** Never rejects. */
  return async function deliver(
    event: Event,
    rule: { name: string; arn: string },
    target: Target,
  ): Promise<void> {
    const what = `${rule.name}: event ${event.id} (${event['detail-type']})`;
    try {
      await target.deliver(event);
      report({ source: 'events', level: 'info', message: `${what} delivered to ${target.arn}` });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const end = await giveUp(event, rule, target, error);
      const message = `${what} not delivered to ${target.arn}: ${error.message}; ${end}`;
      report({ source: 'events', level: 'error', message });
    }
  };
}
