import { describe, expect, it } from 'vitest';
import { redrive } from '../../functions/transport/dead-letter.ts';

const command = { user_id: '0b5e55ed-0000-4000-8000-000000000001', title: 'Hello', body: 'World' };
const event = {
  version: '0',
  id: 'event-1',
  'detail-type': 'notification.create',
  source: 'booking',
  detail: command,
};
const record = (requestPayload: unknown, responsePayload: unknown = { errorType: 'Unavailable' }) => ({
  version: '1.0',
  requestContext: { requestId: 'request-1', condition: 'RetriesExhausted', approximateInvokeCount: 3 },
  requestPayload,
  responsePayload,
});
const letter = (body: unknown) => redrive({ message_id: 'message-1', body: JSON.stringify(body) });

describe('A dead letter of the create function', () => {
  it.each([
    ['a message of the create queue', command, 'message-1'],
    ['an event that could not be handed over', event, 'event-1'],
    ['the record of an invocation', record(command), 'request-1'],
    ['the record of an event', record(event), 'event-1'],
    ['the record of an event that was never tried', record(event, null), 'event-1'],
  ])('is %s, whose command is sent with the key of its door', (_, body, idempotency_key) => {
    expect(letter(body)).toEqual({ command: { ...command, idempotency_key } });
  });

  it('keeps the key that its producer has chosen', () => {
    expect(letter(record({ ...command, idempotency_key: 'own' }))).toEqual({
      command: { ...command, idempotency_key: 'own' },
    });
  });

  it.each(['ValidationError', 'IdempotencyConflict', 'Forbidden'])(
    'stays where it was refused with %s: by another door it might come in',
    (errorType) => {
      const refused = record(event, { errorType, errorMessage: 'why' });
      expect(letter(refused)).toEqual({ refusal: `${errorType}: why` });
    },
  );

  it('stays where it would be refused, and says why', () => {
    expect(letter({ ...command, title: '' })).toEqual({
      refusal: expect.stringMatching(/^ValidationError: title /),
    });
  });

  it.each(['no JSON', '[]', 'null', '7'])('stays where it holds no command: %s', (body) => {
    expect(redrive({ message_id: 'message-1', body })).toEqual({
      refusal: 'ValidationError: The create command must be a JSON object',
    });
  });
});
