import { afterEach, describe, expect, it } from 'vitest';
import { createEventBus } from '../../functions/realtime/event-bus.ts';
import { startAnswering } from '../support/answering-server.ts';
import { signatureOf } from '../support/signature.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A bus behind a server that answers as told, and what it was sent. */
async function startBus(status: number, answer: string) {
  const { endpoint, received, close } = await startAnswering((response) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(answer),
  );
  closing.push(close);
  const credentials = () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 't' });
  const bus = createEventBus({
    busName: 'belfry',
    source: 'belfry',
    endpoint,
    region: 'eu-west-1',
    credentials,
  });
  return { bus, received };
}

const events = ['a', 'b'].map((id) => ({ name: 'notification.read', detail: `{"id":"${id}"}` }));

describe('The event bus', () => {
  it('gets all events by one request, signed with the keys of the function', async () => {
    const answer = { FailedEntryCount: 0, Entries: [{ EventId: '1' }, { EventId: '2' }] };
    const { bus, received } = await startBus(200, JSON.stringify(answer));
    expect(await bus.put(events)).toEqual([undefined, undefined]);
    const [request, ...others] = received;
    if (!request) throw new Error('Nothing was sent.');
    expect(others).toEqual([]);
    const { headers, body } = request;
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
    });
    expect(JSON.parse(body)).toEqual({
      Entries: ['a', 'b'].map((id) => ({
        Source: 'belfry',
        DetailType: 'notification.read',
        Detail: `{"id":"${id}"}`,
        EventBusName: 'belfry',
      })),
    });
    const signature = signatureOf(request, body, {
      service: 'events',
      region: 'eu-west-1',
      secret: 'secret',
    });
    expect(headers.authorization).toContain(`Signature=${signature}`);
  });

  it('says of each event if it was refused, and why', async () => {
    const Entries = [{ EventId: '1' }, { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' }];
    const { bus } = await startBus(200, JSON.stringify({ FailedEntryCount: 1, Entries }));
    expect(await bus.put(events)).toEqual([undefined, 'ThrottlingException']);
  });

  it('counts an event as refused that the answer does not name', async () => {
    const { bus } = await startBus(200, JSON.stringify({ Entries: [{ EventId: '1' }] }));
    expect(await bus.put(events)).toEqual([undefined, 'no error code']);
  });

  it('throws if it takes none, without what was sent', async () => {
    const { bus } = await startBus(400, '{"__type":"AccessDeniedException","message":"secret"}');
    await expect(bus.put(events)).rejects.toThrow('EventBridge answered 400 (AccessDeniedException).');
  });
});
