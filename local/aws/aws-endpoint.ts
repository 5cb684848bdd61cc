import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { accessKeyIdOf, readBody } from '../http-server.ts';
import type { LambdaService } from '../lambda/lambda.ts';
import type { Report } from '../report.ts';
import type { AwsAnswer, AwsCall, AwsService } from './aws-call.ts';
import { createEventBridgeEndpoint } from './aws-endpoint-event-bridge.ts';
import { createLambdaEndpoint, invokePath } from './aws-endpoint-lambda.ts';
import { createSqsEndpoint } from './aws-endpoint-sqs.ts';
import { AwsError, unknownOperation } from './aws-error.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { EventBridge } from './event-bridge.ts';
import { AccessDenied, type Iam, type Principal } from './iam.ts';
import type { Sqs } from './sqs.ts';

type ServiceName = 'lambda' | 'events' | 'sqs' | 'dynamodb';

/** A call that has arrived, also if it is refused later. */
export interface AwsRequest {
  service: ServiceName;
  operation: string;
  /** The function that calls. Undefined for an SDK or CLI outside of the functions. */
  functionName?: string;
}

/** More than every limit of the services, so that each service refuses with its own error. */
const bodyLimitBytes = 16 * 1024 * 1024;

const serviceOfTarget: Record<string, ServiceName> = {
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
  DynamoDB_20120810: 'dynamodb',
};

/**
 * The server behind `AWS_ENDPOINT_URL`: Lambda, EventBridge, SQS and DynamoDB, in the protocols of an unchanged AWS SDK
 * or CLI. The access key identifies the caller, and IAM decides before anything is done. A call that `isReachable`
 * denies is never answered, because in the cloud it would hang too. Signatures are not verified, so the server needs the
 * guards `sdks` of local/guards.ts.
 */
export function createAwsEndpoint({
  iam,
  lambda,
  dynamoDb,
  sqs,
  eventBridge,
  region,
  account,
  clock,
  report,
  isRunning = () => true,
  isReachable = () => true,
  isThrottled = () => false,
  onRequest = () => {},
}: {
  iam: Iam;
  lambda: LambdaService;
  dynamoDb: DynamoDb;
  sqs: Sqs;
  eventBridge: EventBridge;
  region: string;
  account: string;
  clock: Clock;
  report: Report;
  /** Whether all resources are made, so that calls from outside can be answered. */
  isRunning?: () => boolean;
  isReachable?: (principal: Principal, service: ServiceName) => boolean;
  /** Whether DynamoDB refuses this call as throttled. */
  isThrottled?: (request: AwsRequest) => boolean;
  onRequest?: (request: AwsRequest) => void;
}): RequestListener {
  const services: Record<ServiceName, AwsService> = {
    lambda: createLambdaEndpoint({ lambda, region, account }),
    events: createEventBridgeEndpoint({ eventBridge }),
    sqs: createSqsEndpoint({ sqs, region, account }),
    dynamodb: async ({ principal, authorize, operation, body }) => {
      const request = requestOf('dynamodb', operation, principal);
      const target = `DynamoDB_20120810.${operation}`;
      const { action, resource } = dynamoDb.requiredAction(target, body);
      authorize(action, resource);
      if (isThrottled(request)) throw throttled();
      return dynamoDb.call(target, body);
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = clock.now();
    const { service, operation, url } = route(request);
    const accessKeyId = accessKeyIdOf(request);
    if (accessKeyId === undefined) throw unsigned();
    const principal = iam.principalOf(accessKeyId);
    const caller = principal.kind === 'role' ? principal.functionName : 'account';
    onRequest(requestOf(service, operation, principal));
    const body = await readBody(request, bodyLimitBytes);
    if (!body) throw tooLarge();
    if (!isReachable(principal, service)) return;
    if (principal.kind === 'account' && !isRunning()) throw unavailable();
    const authorize: AwsCall['authorize'] = (...wanted) => iam.authorize(principal, ...wanted);
    const call = { principal, authorize, operation, body, headers: request.headers, url };
    const answer = await services[service](call).catch((error: unknown) => failure(error, service));
    respond(response, answer);
    const message = `${caller}: ${service} ${operation} ${answer.status} (${clock.now() - startedAt} ms)`;
    const isInner = principal.kind === 'role';
    report({ source: service, level: answer.status >= 400 ? 'warn' : isInner ? 'debug' : 'info', message });
  }

  function failure(error: unknown, service?: ServiceName): AwsAnswer {
    if (error instanceof AwsError) return refusal(error, error.status, error);
    if (error instanceof AccessDenied) return refusal(error, service === 'lambda' ? 403 : 400);
    const source = service ?? 'http';
    report({ source, level: 'error', message: `The local AWS endpoint failed: ${String(error)}` });
    return refusal(new AwsError('InternalFailure', String(error)), 500);
  }

  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A caller that has closed its connection gets no answer.
      if (!request.socket.destroyed && !response.headersSent) respond(response, failure(error));
    });
  };
}

function requestOf(service: ServiceName, operation: string, principal: Principal): AwsRequest {
  return { service, operation, ...(principal.kind === 'role' && { functionName: principal.functionName }) };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
function throttled(): AwsError {
  return new AwsError(
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded. ' +
      'Consider increasing your provisioning level with the UpdateTable API.',
  );
}

/** An SDK retries this error. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html */
function unavailable(): AwsError {
  return new AwsError('ServiceUnavailable', 'The local services are still starting. Try again.', 503);
}

/** The service and the operation that a request asks for. */
function route(request: IncomingMessage): { service: ServiceName; operation: string; url: URL } {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const target = request.headers['x-amz-target'];
  if (target === undefined && request.method === 'POST' && invokePath.test(url.pathname)) {
    return { service: 'lambda', operation: 'Invoke', url };
  }
  const [prefix = '', operation = ''] = String(target ?? '').split('.');
  const service = serviceOfTarget[prefix];
  if (service) return { service, operation, url };
  throw unknownOperation(target === undefined ? `${request.method} ${url.pathname}` : String(target));
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html */
function unsigned(): AwsError {
  return new AwsError(
    'MissingAuthenticationTokenException',
    'The request has no AWS signature. Give the SDK or the CLI any credentials, such as AWS_ACCESS_KEY_ID=local.',
    403,
  );
}

function tooLarge(): AwsError {
  const message = `The request is larger than ${bodyLimitBytes} bytes.`;
  return new AwsError('RequestEntityTooLargeException', message, 413);
}

/** https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization */
function refusal(
  { name, message }: Error,
  status: number,
  { queryCode, members }: Partial<Pick<AwsError, 'queryCode' | 'members'>> = {},
): AwsAnswer {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-ErrorType': name,
      ...(queryCode && { 'x-amzn-query-error': queryCode }),
    },
    body: JSON.stringify({ __type: name, message, ...members }),
  };
}

function respond(response: ServerResponse, { status, headers, body }: AwsAnswer): void {
  response.setHeader('x-amzn-RequestId', randomUUID());
  response.writeHead(status, {
    ...headers,
    ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }),
  });
  response.end(body);
}
