import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deadLetterQueueUrl, takeMessage } from '../../support/dead-letter-queue.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';

let own: OwnSystem;
beforeAll(async () => {
  own = await startOwnSystem();
});
afterAll(() => own?.stop());

it('leaves a dead letter for a count of the connections that fails three times', async () => {
  const sqs = new SQSClient({
    endpoint: own.system.awsEndpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const queueUrl = await deadLetterQueueUrl(sqs, 'ConnectionCount', own.assemblyDirectory);
  own.system.throttleDynamoDb(Number.POSITIVE_INFINITY, { operation: 'Scan' });
  own.clock.advance(5 * 60_000);
  expect(JSON.parse(await own.later(30_000, takeMessage(sqs, queueUrl)))).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: { 'detail-type': 'Scheduled Event' },
  });
});
