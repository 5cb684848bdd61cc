import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { reasonOf } from '../core/errors.ts';
import type { ErrorMessage } from '../core/log-messages.ts';
import type { Logger } from '../core/ports.ts';

/**
 * The outcome of a post:
 *
 * - `posted`: the gateway accepted the frame.
 * - `gone`: the gateway knows no such socket. It is closed, or its `$connect` has not returned yet.
 * - `failed`: a rate limit or a full client buffer (429), a 5xx, or a time-out.
 */
export type PostOutcome = 'posted' | 'gone' | 'failed';

/** Posts to sockets and closes them. Neither method rejects. A failure is logged with the name of the gateway's error. */
export interface SocketGateway {
  /** Sends one text frame to one socket. */
  post(connection_id: string, frame: string): Promise<PostOutcome>;
  /** Closes one socket. */
  close(connection_id: string): Promise<'closed' | 'gone' | 'failed'>;
}

/**
 * The gateway's `@connections` API. The given client sets the time-outs, and must not retry. `post` retries in one case: if
 * the HTTP connection was closed while it was idle, the post is sent once more.
 */
export function createSocketGateway(client: ApiGatewayManagementApiClient, logger: Logger): SocketGateway {
  return {
    async post(connection_id, frame) {
      try {
        const post = () =>
          client.send(new PostToConnectionCommand({ ConnectionId: connection_id, Data: frame }));
        // If the frame arrives twice, clients ignore the second one by its version.
        await post().catch((error) => (isBrokenConnection(error) ? post() : Promise.reject(error)));
        return 'posted';
      } catch (error) {
        return failure('delivery_failed', connection_id, error);
      }
    },

    async close(connection_id) {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId: connection_id }));
        return 'closed';
      } catch (error) {
        return failure('connection_not_closed', connection_id, error);
      }
    },
  };

  function failure(message: ErrorMessage, connection_id: string, error: unknown): 'gone' | 'failed' {
    if (error instanceof GoneException) return 'gone';
    logger.error(message, { connection_id, reason: reasonOf(error) });
    return 'failed';
  }
}

/**
 * Whether a request failed because its HTTP connection was closed while the environment was frozen.
 * https://nodejs.org/docs/latest-v24.x/api/http.html#requestreusedsocket
 */
const isBrokenConnection = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
