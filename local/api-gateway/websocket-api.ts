import { createFaults } from '../faults.ts';
import { createGuardedServer } from '../guarded-server.ts';
import { defaultGuards, type Guards } from '../guards.ts';
import { closeServer, listen } from '../http-server.ts';
import { createAdmission, createBucket, type RouteLimit, type RouteLimits } from './route-limits.ts';
import { createSocketLifecycle } from './socket-lifecycle.ts';
import { createManagement, type ManagementOptions, type PostFault } from './socket-management.ts';
import type { MessageOptions } from './socket-messages.ts';

export interface WebSocketApiOptions
  extends Omit<MessageOptions, 'admits'>,
    Pick<ManagementOptions, 'authorizePost' | 'onPost'> {
  /** Left out, no route has a limit. */
  limits?: RouteLimits | undefined;
  /** 0 takes a free port. */
  port: number;
  guards?: Guards;
}

export interface WebSocketApi {
  /** Where clients connect: `ws://127.0.0.1:4001/live`. */
  url: string;
  /** The endpoint of the management API: `http://127.0.0.1:4001/live`. */
  managementUrl: string;
  port: number;
  connections(): { connectionId: string }[];
  /** For tests: with true, no `$disconnect` is sent from now on. AWS does not guarantee that it is. */
  skipDisconnect(isSkipped: boolean): void;
  /**
   * For tests: makes posts fail, those to one connection or all, the next `times` or every one. They are still authorized
   * and counted. `undefined` ends all faults.
   */
  failPosts(how: PostFault | undefined, options?: { connectionId?: string; times?: number }): void;
  /**
   * For tests: posts above this limit are answered 429, as if other APIs used up the account's requests. `undefined` ends
   * it.
   */
  limitPosts(limit: RouteLimit | undefined): void;
  /** Stops listening, and closes every connection without a `$disconnect`. */
  stop(): Promise<void>;
}

/**
 * The quota of HTTP and REST APIs for the request line and all headers together. AWS documents none for WebSocket APIs, so
 * the same is assumed, which is the stricter behaviour. A longer request is answered 431.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const MAX_HEADER_BYTES = 10_240;

/**
 * Serves one stage of an API Gateway WebSocket API, with its `@connections` commands on the same port.
 *
 * The report names connections, routes, types and sizes, never a query string or a body. Throws if the port is in use, or
 * if the route selection expression has a form that is not supported.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
 */
export async function createWebSocketApi(options: WebSocketApiOptions): Promise<WebSocketApi> {
  const { upgrade, find, connectionIds, skipDisconnect, cutAll } = createSocketLifecycle({
    ...options,
    admits: createAdmission(options.clock, options.limits),
  });
  const faults = createFaults<string, PostFault>();
  let takesPost = (): boolean => true;
  const postFaults = {
    take: (id: string): PostFault | undefined => (takesPost() ? faults.take(id) : { status: 429 }),
  };
  const { guards = defaultGuards } = options;
  const server = createGuardedServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    requests: { guards: guards.sdks, listener: createManagement({ ...options, find, postFaults }) },
    upgrades: { guards: guards.pages, listener: upgrade },
  });
  const port = await listen(server, options.port);
  return {
    url: `ws://127.0.0.1:${port}/${options.stage}`,
    managementUrl: `http://127.0.0.1:${port}/${options.stage}`,
    port,
    connections: () => connectionIds().map((connectionId) => ({ connectionId })),
    skipDisconnect,
    failPosts(how, { connectionId, times } = {}) {
      if (!how) return faults.clear();
      faults.add(how, (id) => connectionId === undefined || id === connectionId, times);
    },
    limitPosts(limit) {
      takesPost = limit ? createBucket(options.clock, limit) : () => true;
    },
    stop() {
      cutAll();
      return closeServer(server);
    },
  };
}
