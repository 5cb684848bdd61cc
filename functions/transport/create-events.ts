import type { EventBridgeEvent, SQSEvent, SQSRecord } from 'aws-lambda';
import { isObject } from '../core/parse.ts';
import type { AuthorizedEvent } from './principal.ts';

/** A request of the HTTP API, behind its authorizer. */
export function isHttpEvent(event: unknown): event is AuthorizedEvent {
  return isObject(event) && 'routeKey' in event && isObject(event.requestContext);
}

/**
 * Messages of a queue. Only what is whole: a payload that someone has made up is a command like any other, and refused as one.
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

/** An event of the bus. */
export function isBusEvent(event: unknown): event is EventBridgeEvent<string, unknown> {
  return (
    isObject(event) &&
    'detail-type' in event &&
    'detail' in event &&
    typeof event.id === 'string' &&
    typeof event.source === 'string'
  );
}

/** What a text says; undefined, which no schema takes, where it is no JSON, so that it is refused like any other mistake. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
