import { Agent } from 'node:https';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** A client for the tables of connections and deliveries that gives up while a create can still be answered. */
export function createDynamoDbClient(): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 1_000,
      requestTimeout: 2_000,
      throwOnRequestTimeout: true,
      // Waiting for a free socket counts as time of the request, and as many requests may be under way in a delivery.
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    }),
  });
  return DynamoDBDocumentClient.from(client);
}

/** Where the sockets are posted to. */
export interface GatewayLocation {
  /** The `@connections` URL of the WebSocket API's stage. */
  endpoint: string;
  /** 4 or 6 where the network has a way out by that family alone, otherwise 0. */
  addressFamily: number;
}

/** A client for the gateway's `@connections` API that waits 2 s for one socket and never tries again by itself. */
export function createManagementClient({
  endpoint,
  addressFamily,
}: GatewayLocation): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    endpoint,
    // The SDK's own retries would hold a create for seconds; a client that misses a frame catches up by its version.
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 1_500,
      requestTimeout: 2_000,
      // Without this the handler only warns, and one dead socket holds the invocation up to its end.
      throwOnRequestTimeout: true,
      // With a way out by IPv6 alone, one lost packet makes Node fall back to an IPv4 route that does not exist, and hang.
      // Waiting for a free socket counts as time of the request: one for each of 32 posts and 8 closings.
      httpsAgent: new Agent({ keepAlive: true, maxSockets: 40, family: addressFamily }),
    }),
  });
}
