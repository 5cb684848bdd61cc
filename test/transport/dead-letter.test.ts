import { describe, expect, it } from 'vitest';
import { eventOf, payloadOf } from '../../functions/transport/dead-letter.ts';

const command = { user_id: '0b5e55ed-0000-4000-8000-000000000001', title: 'Hello', body: 'World' };
const event = {
  version: '0',
  id: 'event-1',
  'detail-type': 'notification.create',
  source: 'booking',
  detail: command,
};
const record = (requestPayload: unknown) => ({
  version: '1.0',
  requestContext: { requestId: 'request-1', condition: 'RetriesExhausted', approximateInvokeCount: 3 },
  requestPayload,
  responsePayload: { errorType: 'Unavailable' },
});
const payload = (letter: unknown) => payloadOf({ message_id: 'message-1', body: JSON.stringify(letter) });

describe('A dead letter of the create function', () => {
  it.each([
    ['a message of the create queue, whose id is', command, 'message-1'],
    ['the record of an invocation, whose id is', record(command), 'request-1'],
  ])('is %s the key that its door used', (_, letter, idempotency_key) => {
    expect(payload(letter)).toEqual({ ...command, idempotency_key });
  });

  it.each([
    ['by EventBridge', event],
    ['as the record of an invocation', record(event)],
  ])('is an event, kept %s, with its id and the source that it is checked by', (_, letter) => {
    expect(payload(letter)).toEqual(event);
  });

  it('has the key of its door if its producer has sent null for it', () => {
    expect(payload({ ...command, idempotency_key: null })).toHaveProperty('idempotency_key', 'message-1');
    expect(payload(record({ ...command, idempotency_key: null }))).toHaveProperty(
      'idempotency_key',
      'request-1',
    );
  });

  it('keeps the key that its producer has chosen', () => {
    expect(payload(record({ ...command, idempotency_key: 'own' }))).toHaveProperty('idempotency_key', 'own');
  });

  it.each([[[]], [null], [7], ['text']])(
    'is left to the function to refuse where it is no command: %j',
    (letter) => {
      expect(payload(letter)).toEqual(letter);
    },
  );

  it('is nothing if it is no JSON', () => {
    expect(payloadOf({ message_id: 'message-1', body: 'no JSON' })).toBeNull();
  });
});

describe('The event in a dead letter of the function that publishes', () => {
  it('is as it was', () => {
    const letter = { id: 'i', name: 'notification.read', detail: '{"id":"i"}', reason: 'MalformedDetail' };
    expect(eventOf({ message_id: 'm', body: JSON.stringify(letter) })).toEqual({
      name: 'notification.read',
      detail: '{"id":"i"}',
    });
  });

  it.each(['{"DDBStreamBatchInfo":{"batchSize":1},"requestContext":{"requestId":"r"}}', 'no JSON', '[]'])(
    'is none if it is something else: %s',
    (body) => expect(eventOf({ message_id: 'm', body })).toBeUndefined(),
  );
});
