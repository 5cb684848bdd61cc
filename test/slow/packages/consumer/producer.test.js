/** @jest-environment node */
import { createServer } from 'node:http';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { createProducer, ValidationError } from 'belfry/producer';

const user_id = '0b5e55ed-0000-4000-8000-000000000001';

test('the invoke door loads the SDK, and sends a command', async () => {
  const service = createServer((_, response) => {
    response.end(JSON.stringify({ notification: { id: 1, user_id }, created: true, grouped: false }));
  });
  await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve));
  const client = new LambdaClient({
    endpoint: `http://127.0.0.1:${service.address().port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });
  const producer = createProducer({ functionName: 'create', client });

  try {
    const { notifications } = await producer.notify({
      user_id,
      title: 'Your seat is confirmed',
      body: 'Row F.',
    });
    expect(notifications).toEqual([{ id: 1, user_id, created: true, grouped: false }]);
    await expect(producer.notify({ user_id, title: '' })).rejects.toBeInstanceOf(ValidationError);
  } finally {
    // Or the test runner would wait for them.
    client.destroy();
    await new Promise((resolve) => service.close(resolve));
  }
});
