import { Agent } from 'node:https';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentials } from '../core/ports.ts';
import { awsDomain } from './aws-domain.ts';

/** Where and as whom a client asks. */
export interface AwsConfig {
  region: string;
  credentials: AwsCredentials;
}

/**
 * What a client would otherwise look for in the environment and in the files of a developer's machine. It looks for the
 * endpoint again at every request.
 */
const fixed = {
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  authSchemePreference: ['sigv4'],
  ignoreConfiguredEndpointUrls: true,
};

/**
 * A client for the tables of connections and deliveries. Its time-outs are short, so that a create still gets its answer.
 * @param endpoint left out, DynamoDB in the region
 */
export function createDynamoDbClient(
  aws: AwsConfig,
  endpoint = dynamoDbEndpointIn(aws.region),
): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    ...fixed,
    ...aws,
    endpoint,
    endpointProvider: endpointAt(endpoint),
    maxAttempts: 2,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 1_000,
      requestTimeout: 2_000,
      throwOnRequestTimeout: true,
      // The request time-out includes the wait for a free socket. A delivery has up to 64 requests at the same time.
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    }),
  });
  return DynamoDBDocumentClient.from(lean(client));
}

/**
 * The host is `dynamodb.<region>` in every environment. The SDK would put the account's id into it whenever the credentials
 * name the account, and the firewall of an existing network may not know that host. Its rules are also 20 kB of a bundle.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html
 */
export function dynamoDbEndpointIn(region: string): string {
  return `https://dynamodb.${region}.${awsDomain(region)}`;
}

/** Stands for the SDK's rules of endpoints, which check options that no client here has. */
function endpointAt(endpoint: string): () => { url: URL } {
  const url = new URL(endpoint);
  return () => ({ url });
}

/** How the function reaches the gateway. */
export interface GatewayLocation {
  /** The `@connections` URL of the WebSocket API's stage. */
  endpoint: string;
  /** 4 or 6 if the network has a route out for this family only, otherwise 0. */
  addressFamily: number;
}

/** A client for the gateway's `@connections` API. It waits 2 s for one socket, and never retries. */
export function createManagementClient(
  aws: AwsConfig,
  { endpoint, addressFamily }: GatewayLocation,
): ApiGatewayManagementApiClient {
  const client = new ApiGatewayManagementApiClient({
    ...fixed,
    ...aws,
    endpoint,
    endpointProvider: endpointAt(endpoint),
    // The chain of handlers is made once and not for each post: 0.8 of the CPU time. The document client does not allow it.
    cacheMiddleware: true,
    // Retries would delay a create by seconds. A client that misses a frame catches up by the version.
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 1_500,
      requestTimeout: 2_000,
      // Without this the handler only warns, and one dead socket can block the invocation until its time-out.
      throwOnRequestTimeout: true,
      // The family is fixed: in a network with IPv6 only, one lost packet would make Node try IPv4, and hang.
      // The request time-out includes the wait for a free socket. So there is one socket for each of 32 posts and 8 closes.
      httpsAgent: new Agent({ keepAlive: true, maxSockets: 40, family: addressFamily }),
    }),
  });
  return lean(client);
}

/**
 * Takes away three steps of each request of the SDK: its own log, which nothing reads, the header by which Lambda finds loops
 * through SQS, SNS and S3, and the header that describes the SDK. They were a quarter of the CPU time of a query.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
function lean<Client extends DynamoDBClient | ApiGatewayManagementApiClient>(client: Client): Client {
  for (const name of ['loggerMiddleware', 'recursionDetectionMiddleware', 'getUserAgentMiddleware'])
    client.middlewareStack.remove(name);
  return client;
}
