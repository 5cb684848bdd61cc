import type * as z from 'zod/mini';
import { serverFrames } from '../core/frames.ts';
import { componentsOf, type Json, refTo } from './components.ts';
import { ping } from './frames.ts';

const { pong, error, ...pushed } = serverFrames;

/**
 * The socket as an AsyncAPI 3.0 document, written from the service's side: it sends frames and receives pings.
 * @param version of the service
 */
export function asyncApi(version: string): Json {
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Belfry',
      version,
      description:
        'In-app notifications: the socket. The database is the truth, and a frame may be lost: a client drops a frame whose ' +
        'version is not above its own, applies one that is its own plus one, and otherwise asks the HTTP API for the changes.',
      contact: { name: 'The Belfry authors' },
      license: { name: 'MIT' },
      tags: [{ name: 'notifications', description: 'In-app notifications of one user.' }],
    },
    defaultContentType: 'application/json',
    servers: {
      installation: {
        host: '{host}',
        pathname: '/live',
        protocol: 'wss',
        description: 'The output `WebSocketUrl` of the installation.',
        variables: { host: { default: '127.0.0.1:4401' } },
        security: [
          { $ref: '#/components/securitySchemes/token' },
          { $ref: '#/components/securitySchemes/subprotocol' },
        ],
      },
    },
    channels: {
      inbox: {
        address: '/',
        title: 'The inbox of the user whom the token speaks for',
        description:
          'The upgrade is refused with 401 without a valid token, 403 from an origin that is not allowed, 429 where the user ' +
          "has opened enough newer connections meanwhile, 503 where the token's issuer cannot be reached, and 500 where the " +
          'connection cannot be registered.',
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: {
          ws: {
            method: 'GET',
            query: { type: 'object', properties: { token: { type: 'string' } } },
            headers: {
              type: 'object',
              properties: { 'Sec-WebSocket-Protocol': { type: 'string', pattern: '^belfry, [\\w.-]+$' } },
            },
          },
        },
      },
    },
    operations: {
      push: {
        action: 'send',
        summary: 'Says what happened to the inbox, or to the connection.',
        description:
          'Each frame about an inbox has its whole state after the change; one version is one frame. A frame may come twice, or ' +
          'late. A client takes a frame with a version whose type it does not know as `inbox.changed`.',
        ...onInbox(...Object.keys(pushed)),
      },
      answerPing: {
        action: 'receive',
        summary: 'Answers a ping.',
        description:
          'The gateway closes a connection after 10 minutes without a message, so a client sends a ping before.',
        ...onInbox('ping'),
        reply: onInbox('pong'),
      },
      refuseOthers: {
        action: 'receive',
        summary: 'Answers whatever is no ping, and does nothing.',
        description: 'A client reads and changes its inbox by the HTTP API. The connection stays open.',
        ...onInbox('anything'),
        reply: onInbox('error'),
      },
    },
    components: {
      securitySchemes: {
        token: {
          type: 'httpApiKey',
          name: 'token',
          in: 'query',
          description: 'A JWT whose `sub` is the user.',
        },
        subprotocol: {
          type: 'httpApiKey',
          name: 'Sec-WebSocket-Protocol',
          in: 'header',
          description:
            'Instead of the query parameter: `belfry, ` and the JWT. The answer has the subprotocol `belfry`.',
        },
      },
      messages,
    },
  };
  const components = { ...document.components, schemas: componentsOf(document, 'draft-07') };
  return { ...document, components };
}

const messageOf = (name: string, schema: z.ZodMiniType): Json => ({ name, payload: refTo(schema) });

const messages: Record<string, Json> = {
  ...Object.fromEntries(
    Object.entries(serverFrames).map(([name, schema]) => [name, messageOf(name, schema)]),
  ),
  ping: messageOf('ping', ping),
  anything: { name: 'anything', payload: {} },
};

const onInbox = (...names: string[]): Json => ({
  channel: { $ref: '#/channels/inbox' },
  messages: names.map((name) => ({ $ref: `#/channels/inbox/messages/${name}` })),
});
