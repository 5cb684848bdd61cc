import {
  type ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/** Posts to sockets. */
export interface SocketGateway {
  /**
   * Sends one text frame to one socket.
   * @returns whether the gateway took it, or answered that the socket is gone
   * @throws whatever else the gateway answers: a rate limit, a full client buffer, a time-out, a missing grant
   */
  post(connection_id: string, frame: string): Promise<'posted' | 'gone'>;
}

/** The gateway's `@connections` API. The client decides about time-outs and must not retry by itself. */
export function createSocketGateway(client: ApiGatewayManagementApiClient): SocketGateway {
  return {
    async post(connection_id, frame) {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connection_id, Data: frame }));
        return 'posted';
      } catch (error) {
        if (error instanceof GoneException) return 'gone';
        throw error;
      }
    },
  };
}
