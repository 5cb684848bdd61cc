import { randomUUID } from 'node:crypto';

// The events of AWS services with every field of the examples in AWS's documentation, also those that Belfry does not read.

const requestContext = {
  accountId: '123456789012',
  apiId: 'api-id',
  authentication: {
    clientCert: {
      clientCertPem: 'CERT_CONTENT',
      subjectDN: 'www.example.com',
      issuerDN: 'Example issuer',
      serialNumber: 'a1:a1:a1:a1:a1:a1:a1:a1:a1:a1:a1:a1:a1:a1:a1:a1',
      validity: { notBefore: 'May 28 12:30:02 2019 GMT', notAfter: 'Aug  5 09:36:04 2021 GMT' },
    },
  },
  domainName: 'id.execute-api.us-east-1.amazonaws.com',
  domainPrefix: 'id',
  stage: '$default',
  time: '12/Mar/2020:19:03:58 +0000',
  timeEpoch: 1583348638390,
};

/** What a request of an HTTP API says. */
export interface HttpRequest {
  routeKey: string;
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  pathParameters?: Record<string, string>;
  body?: unknown;
}

function httpEvent({ routeKey, path, query, headers = {}, pathParameters }: HttpRequest) {
  const [method = '', template = ''] = routeKey.split(' ');
  const rawPath = path ?? template;
  const http = { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'agent' };
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: new URLSearchParams(query).toString(),
    cookies: ['cookie1', 'cookie2'],
    headers: { header1: 'value1', header2: 'value1,value2', ...headers },
    ...(query && { queryStringParameters: query }),
    requestContext: { ...requestContext, http, requestId: randomUUID(), routeKey },
    ...(pathParameters && { pathParameters }),
    stageVariables: { stageVariable1: 'value1' },
  };
}

/**
 * A request of an HTTP API with the payload format 2.0, behind a Lambda authorizer. Its body is in Base64, as API Gateway
 * may send any.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function requestEvent(request: HttpRequest, authorizer: Record<string, string>) {
  const { requestContext: context, ...event } = httpEvent(request);
  return {
    ...event,
    requestContext: { ...context, authorizer: { lambda: authorizer } },
    ...(request.body !== undefined && { body: Buffer.from(JSON.stringify(request.body)).toString('base64') }),
    isBase64Encoded: request.body !== undefined,
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html */
export const authorizerEvent = (authorization: string) => ({
  ...httpEvent({ routeKey: 'GET /notifications', headers: { authorization } }),
  type: 'REQUEST',
  routeArn: 'arn:aws:execute-api:us-east-1:123456789012:abcdef123/$default/GET/notifications',
  identitySource: [authorization],
});

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html */
export function socketEvent(
  eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT',
  connectionId: string,
  more: object = {},
) {
  const routeKey = { CONNECT: '$connect', MESSAGE: '$default', DISCONNECT: '$disconnect' }[eventType];
  return {
    headers: { Host: 'id.execute-api.us-east-1.amazonaws.com', 'X-Forwarded-For': '192.0.2.1' },
    multiValueHeaders: { Host: ['id.execute-api.us-east-1.amazonaws.com'], 'X-Forwarded-For': ['192.0.2.1'] },
    ...more,
    requestContext: {
      routeKey,
      eventType,
      extendedRequestId: 'Xd7kEHJTvHcFRKg=',
      requestTime: '12/Mar/2020:19:03:58 +0000',
      messageDirection: 'IN',
      stage: 'live',
      connectedAt: Date.now(),
      requestTimeEpoch: Date.now(),
      requestId: 'Xd7kEHJTvHcFRKg=',
      domainName: 'id.execute-api.us-east-1.amazonaws.com',
      connectionId,
      apiId: 'id',
      ...(eventType === 'MESSAGE' && { messageId: 'Xd7kEcjXIAMCJOw=' }),
      ...(eventType === 'DISCONNECT' && { disconnectStatusCode: 1001, disconnectReason: 'Going away' }),
    },
    isBase64Encoded: false,
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export const queueEvent = (bodies: Record<string, string>) => ({
  Records: Object.entries(bodies).map(([messageId, body]) => ({
    messageId,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1545082649183',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1545082649185',
    },
    messageAttributes: {
      myAttribute: { stringValue: 'myValue', stringListValues: [], binaryListValues: [], dataType: 'String' },
    },
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-2:123456789012:my-queue',
    awsRegion: 'us-east-2',
  })),
});

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export const busEvent = (source: string, type: string, detail: unknown) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': type,
  source,
  account: '123456789012',
  time: '2019-10-08T16:53:06Z',
  region: 'us-east-1',
  resources: ['arn:aws:ecs:us-east-1:123456789012:task/default/b5f1c1d2'],
  detail,
});
