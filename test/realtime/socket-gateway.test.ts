import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createManagementClient } from '../../functions/realtime/aws-clients.ts';
import { createSocketGateway } from '../../functions/realtime/socket-gateway.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) close();
});

function stubCredentials(): void {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
}

interface Posted {
  method: string | undefined;
  url: string | undefined;
  body: string;
}

/** The gateway of the functions before an `@connections` API that answers as told, and what that was sent. */
async function startGateway(answer: (response: ServerResponse) => void) {
  stubCredentials();
  const received: Posted[] = [];
  const server = createServer(async (request, response) => {
    received.push({ method: request.method, url: request.url, body: await text(request) });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen on a port.');
  const client = createManagementClient({
    endpoint: `http://127.0.0.1:${address.port}/live`,
    addressFamily: 0,
  });
  closing.push(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  return { gateway: createSocketGateway(client), received };
}

const refusing = (status: number, name: string) => (response: ServerResponse) =>
  void response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name })
    .end(JSON.stringify({ message: name }));

describe('The socket gateway', () => {
  it('posts one text frame to the socket of the stage', async () => {
    const { gateway, received } = await startGateway((response) => void response.writeHead(200).end());
    expect(await gateway.post('abc=', '{"type":"pong"}')).toBe('posted');
    expect(received).toEqual([{ method: 'POST', url: '/live/@connections/abc%3D', body: '{"type":"pong"}' }]);
  });

  it('says that a socket is gone', async () => {
    const { gateway } = await startGateway(refusing(410, 'GoneException'));
    expect(await gateway.post('abc', '{}')).toBe('gone');
  });

  it.each([
    [429, 'LimitExceededException'],
    [403, 'ForbiddenException'],
    [413, 'PayloadTooLargeException'],
    [500, 'InternalServerError'],
  ])('throws at %i, and does not try again by itself', async (status, name) => {
    const { gateway, received } = await startGateway(refusing(status, name));
    await expect(gateway.post('abc', '{}')).rejects.toMatchObject({ name });
    expect(received).toHaveLength(1);
  });

  it('gives up on a gateway that does not answer', async () => {
    const { gateway, received } = await startGateway(() => {});
    await expect(gateway.post('abc', '{}')).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(received).toHaveLength(1);
  });
});

describe('The client of the socket gateway', () => {
  it.each([0, 4, 6])(
    'goes out by the address family %i of its network, over sockets that it keeps',
    async (addressFamily) => {
      stubCredentials();
      const client = createManagementClient({ endpoint: 'https://127.0.0.1:1/live', addressFamily });
      // The handler makes its agents at the first request.
      await expect(createSocketGateway(client).post('abc', '{}')).rejects.toThrow('ECONNREFUSED');
      const { httpsAgent } = (client.config.requestHandler as NodeHttpHandler).httpHandlerConfigs();
      expect(httpsAgent).toMatchObject({ keepAlive: true, options: { family: addressFamily } });
    },
  );
});
