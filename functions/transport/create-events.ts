import type { EventBridgeEvent, SQSEvent, SQSRecord } from 'aws-lambda';
import { isObject } from '../core/parse.ts';
import type { AuthorizedEvent } from './principal.ts';

/** A request of the HTTP API, behind its authorizer. */
export function isHttpEvent(event: unknown): event is AuthorizedEvent {
  return isObject(event) && 'routeKey' in event && isObject(event.requestContext);
}

/**
 * A batch of messages of a queue. A payload with an incomplete message counts as a command, and is refused as one.
 */
export function isQueueEvent(event: unknown): event is SQSEvent {
  if (!isObject(event) || !Array.isArray(event.Records)) return false;
  return event.Records.length > 0 && event.Records.every(isQueueRecord);
}

const isQueueRecord = (record: unknown): record is SQSRecord =>
  isObject(record) &&
  record.eventSource === 'aws:sqs' &&
  typeof record.messageId === 'string' &&
  typeof record.body === 'string';

/** An event of a bus, with its whole envelope. */
export type BusEvent = EventBridgeEvent<string, unknown>;

/** Whether this is an event of a bus. */
export function isBusEvent(event: unknown): event is BusEvent {
  return (
    isObject(event) &&
    'detail-type' in event &&
    'detail' in event &&
    typeof event.id === 'string' &&
    typeof event.source === 'string'
  );
}

/** The JSON value of a text; undefined if it is not JSON. No schema accepts undefined, so it is refused like any other mistake. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
