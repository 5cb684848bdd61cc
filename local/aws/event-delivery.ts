import type { Report } from '../report.ts';
import type { MessageAttribute } from './sqs-message.ts';

/** An event as a target gets it. */
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
  /** Delivers the event. If it rejects, the event goes to the dead-letter queue, or is dropped with an error in the report. */
  deliver(event: Event): Promise<void>;
  /** Sends an event that `deliver` has refused to the dead-letter queue of the target. Throws if that is not allowed. */
  deadLetterQueue?(body: string, attributes: Record<string, MessageAttribute>): Promise<void> | void;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const errorCodes: Record<string, string> = {
  AccessDeniedException: 'NO_PERMISSIONS',
  ResourceNotFoundException: 'NO_RESOURCE',
};

/**
 * Delivers events to targets, and sends those that a target refuses to its dead-letter queue. There is one try only: what
 * can fail here is a missing permission or a missing target, and EventBridge does not retry these either.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 */
export function createEventDelivery(report: Report) {
  /** Gives an event up, and returns in words for the report where it is now. */
  async function giveUp(
    event: Event,
    rule: { name: string; arn: string },
    target: Target,
    error: Error,
  ): Promise<string> {
    if (!target.deadLetterQueue) return 'it was dropped, because the target has no dead-letter queue';
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
      return `it was dropped, because it could not be sent to the dead-letter queue: ${String(sendError)}`;
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
