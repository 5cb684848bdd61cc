import type { ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { createDeadLetters } from '../../functions/realtime/dead-letters.ts';
import { startAnswering } from '../support/answering-server.ts';
import { signatureOf } from '../support/signature.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token+/=' };
const accept = (response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"MessageId":"m"}');

/** Dead letters in a queue behind a server that answers as told, and what it was sent. */
async function startQueue(answer: (response: ServerResponse) => void = accept) {
  const { endpoint, received, close } = await startAnswering(answer);
  closing.push(close);
  const queueUrl = `${endpoint}/000000000000/dead-letters`;
  const deadLetters = createDeadLetters({ queueUrl, region: 'eu-west-1', credentials: () => credentials });
  return { deadLetters, received, queueUrl };
}

it('A dead letter is one message of the queue, signed with the keys of the function', async () => {
  const { deadLetters, received, queueUrl } = await startQueue();
  await deadLetters.keep({ user_id: 'ü', attempt: 3 });
  const [request, ...others] = received;
  if (!request) throw new Error('Nothing was sent.');
  expect(others).toEqual([]);
  const { headers, body } = request;
  expect(headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'AmazonSQS.SendMessage',
    'x-amz-security-token': credentials.sessionToken,
  });
  expect(JSON.parse(body)).toEqual({ QueueUrl: queueUrl, MessageBody: '{"user_id":"ü","attempt":3}' });
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';');
  expect(signed).toEqual(
    expect.arrayContaining(['host', 'x-amz-date', 'x-amz-target', 'x-amz-security-token']),
  );
  const signature = signatureOf(request, body, { service: 'sqs', region: 'eu-west-1', secret: 'secret' });
  expect(headers.authorization).toContain(`Signature=${signature}`);
});

it('A refusal of the queue is thrown with its type, without what was sent', async () => {
  const { deadLetters } = await startQueue((response) => {
    response
      .writeHead(400)
      .end(JSON.stringify({ __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'secret' }));
  });
  const keeping = deadLetters.keep({ a: 'secret' });
  await expect(keeping).rejects.toThrow('SQS answered 400 (com.amazonaws.sqs#QueueDoesNotExist).');
});

it('An answer that is no JSON is thrown as well', async () => {
  const { deadLetters } = await startQueue((response) => void response.writeHead(503).end('<html>'));
  await expect(deadLetters.keep({})).rejects.toThrow('SQS answered 503 (no error type).');
});
