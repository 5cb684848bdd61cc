import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createManagementClient } from '../../functions/realtime/aws-clients.ts';
import { createSocketGateway } from '../../functions/realtime/socket-gateway.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) close();
});

const aws = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } };

interface Posted {
  method: string | undefined;
  url: string | undefined;
  body: string;
}

/** The gateway of the functions before an `@connections` API that answers as told, and what that was sent. */
async function startGateway(answer: (response: ServerResponse) => void) {
  const received: Posted[] = [];
  const server = createServer(async (request, response) => {
    received.push({ method: request.method, url: request.url, body: await text(request) });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen on a port.');
  const client = createManagementClient(aws, {
    endpoint: `http://127.0.0.1:${address.port}/live`,
    addressFamily: 0,
  });
  closing.push(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  const logger = createRecordingLogger();
  return { gateway: createSocketGateway(client, logger), received, logger };
}

const refusing = (status: number, name: string) => (response: ServerResponse) =>
  void response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name })
    .end(JSON.stringify({ message: name }));

describe('The socket gateway', () => {
  it('posts many frames at the same time, each to its own socket', async () => {
    const { gateway, received } = await startGateway((response) => void response.writeHead(200).end());
    const ids = Array.from({ length: 100 }, (_, index) => `socket-${index}`);
    const outcomes = await Promise.all(ids.map((id) => gateway.post(id, `frame of ${id}`)));
    expect(new Set(outcomes)).toEqual(new Set(['posted']));
    const sent = received.map(({ url, body }) => `${url} ${body}`);
    expect(sent.sort()).toEqual(ids.map((id) => `/live/@connections/${id} frame of ${id}`).sort());
  });

  it('closes one socket and posts to another at the same time', async () => {
    const { gateway, received } = await startGateway((response) => void response.writeHead(200).end());
    await Promise.all([gateway.post('a', 'frame'), gateway.close('b'), gateway.post('c', 'frame')]);
    const sent = received.map(({ method, url }) => `${method} ${url}`);
    expect(sent.sort()).toEqual([
      'DELETE /live/@connections/b',
      'POST /live/@connections/a',
      'POST /live/@connections/c',
    ]);
  });

  it('posts one text frame to the socket of the stage', async () => {
    const { gateway, received } = await startGateway((response) => void response.writeHead(200).end());
    expect(await gateway.post('abc=', '{"type":"pong"}')).toBe('posted');
    expect(received).toEqual([{ method: 'POST', url: '/live/@connections/abc%3D', body: '{"type":"pong"}' }]);
  });

  it('closes the socket of the stage', async () => {
    const { gateway, received } = await startGateway((response) => void response.writeHead(204).end());
    expect(await gateway.close('abc=')).toBe('closed');
    expect(received).toEqual([{ method: 'DELETE', url: '/live/@connections/abc%3D', body: '' }]);
  });

  it('says that a socket is gone, which is nothing to log', async () => {
    const { gateway, logger } = await startGateway(refusing(410, 'GoneException'));
    expect(await gateway.post('abc', '{}')).toBe('gone');
    expect(await gateway.close('abc')).toBe('gone');
    expect(logger.lines).toEqual([]);
  });

  it.each([
    [429, 'LimitExceededException'],
    [403, 'ForbiddenException'],
    [413, 'PayloadTooLargeException'],
    [500, 'InternalServerError'],
    [503, 'ServiceUnavailable'],
  ])('fails at %i without another attempt, and logs the name without the frame', async (status, name) => {
    const { gateway, received, logger } = await startGateway(refusing(status, name));
    expect(await gateway.post('abc', '{"title":"secret"}')).toBe('failed');
    expect(await gateway.close('abc')).toBe('failed');
    expect(received).toHaveLength(2);
    const fields = { connection_id: 'abc', reason: expect.stringContaining(`${name}: `) };
    expect(logger.lines).toEqual([
      { level: 'error', message: 'delivery_failed', fields },
      { level: 'error', message: 'connection_not_closed', fields },
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain('secret');
  });

  it('posts once more what was sent over a connection that had ended meanwhile', async () => {
    const used = new WeakSet<object>();
    const { gateway, received, logger } = await startGateway((response) => {
      const { socket } = response;
      if (!socket || used.has(socket)) return void socket?.destroy();
      used.add(socket);
      response.writeHead(200).end();
    });
    expect(await gateway.post('abc', '{"version":1}')).toBe('posted');
    expect(await gateway.post('abc', '{"version":2}')).toBe('posted');
    expect(received.map(({ body }) => body)).toEqual(['{"version":1}', '{"version":2}', '{"version":2}']);
    expect(logger.lines).toEqual([]);
  });

  it('fails if the connection breaks again', async () => {
    const { gateway, received, logger } = await startGateway((response) => void response.socket?.destroy());
    expect(await gateway.post('abc', '{}')).toBe('failed');
    expect(received).toHaveLength(2);
    expect(logger.lines).toMatchObject([{ message: 'delivery_failed' }]);
  });

  it('gives up on a gateway that does not answer', async () => {
    const { gateway, received, logger } = await startGateway(() => {});
    expect(await gateway.post('abc', '{}')).toBe('failed');
    expect(received).toHaveLength(1);
    expect(logger.lines).toMatchObject([{ fields: { reason: expect.stringContaining('TimeoutError') } }]);
  });
});

describe('The client of the socket gateway', () => {
  it.each([0, 4, 6])(
    'goes out by the address family %i of its network, over sockets that it keeps',
    async (addressFamily) => {
      const client = createManagementClient(aws, { endpoint: 'https://127.0.0.1:1/live', addressFamily });
      // The handler makes its agents at the first request.
      await expect(createSocketGateway(client, createRecordingLogger()).post('abc', '{}')).resolves.toBe(
        'failed',
      );
      const { httpsAgent } = (client.config.requestHandler as NodeHttpHandler).httpHandlerConfigs();
      expect(httpsAgent).toMatchObject({ keepAlive: true, options: { family: addressFamily } });
    },
  );
});
