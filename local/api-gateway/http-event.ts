import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { type ApiIdentity, commonLogTime, domainName, forwardedHeaders } from './request-context.ts';

/**
 * The event of payload format 2.0 for a request: header names in lower case, repeated headers and query parameters
 * joined by commas, cookies apart, fields without a value left out.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * `path` and `query` are still encoded. An HTTP API decodes `rawPath`, despite its name, and does not decode
 * `rawQueryString`.
 */
export function httpEvent(
  api: ApiIdentity,
  request: IncomingMessage,
  found: {
    routeKey: string;
    path: string;
    query: string;
    pathParameters: Record<string, string>;
    body: Buffer;
    requestId: string;
    now: number;
  },
): APIGatewayProxyEventV2 {
  const { cookie, ...headers } = request.headersDistinct;
  const rawPath = decodeURIComponent(found.path);
  return {
    version: '2.0',
    routeKey: found.routeKey,
    rawPath,
    rawQueryString: found.query,
    ...(cookie ? { cookies: cookie.flatMap((line) => line.split(/; */)) } : {}),
    headers: { ...joinValues(headers), ...lowerCased(forwardedHeaders(request, found.now)) },
    ...optional('queryStringParameters', queryParameters(found.query)),
    requestContext: {
      accountId: api.account,
      apiId: api.apiId,
      domainName: domainName(api),
      domainPrefix: api.apiId,
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: found.requestId,
      routeKey: found.routeKey,
      stage: '$default',
      time: commonLogTime(found.now),
      timeEpoch: found.now,
    },
    ...optional('pathParameters', found.pathParameters),
    ...eventBody(found.body, request.headers['content-type']),
  };
}

/**
 * The event for a Lambda authorizer of payload format 2.0: the request without its body.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function authorizerEvent(
  api: ApiIdentity,
  event: APIGatewayProxyEventV2,
  identitySource: string[],
): Omit<APIGatewayRequestAuthorizerEventV2, 'cookies'> & { cookies?: string[] } {
  const { body: _body, isBase64Encoded: _isBase64Encoded, ...request } = event;
  const { method, path } = event.requestContext.http;
  const routeArn = `arn:aws:execute-api:${api.region}:${api.account}:${api.apiId}/$default/${method}${path}`;
  return { ...request, version: '2.0', type: 'REQUEST', routeArn, identitySource };
}

function joinValues(headers: NodeJS.Dict<string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, values = []]) => [name, values.join(',')]));
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function queryParameters(query: string): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

function optional<Name extends string>(name: Name, values: Record<string, string>) {
  return Object.keys(values).length > 0 ? { [name]: values } : {};
}

const TEXT_TYPE = /^(text\/.+|application\/(json|javascript|xml)|.+\+(json|xml))$/;

/**
 * AWS documents that binary types come as base64, but not which types are binary. A body without a type is binary. AWS
 * does not document what it does with a text that is not UTF-8. Here it comes as base64, so that the function gets the
 * bytes that were sent.
 */
function eventBody(body: Buffer, contentType = ''): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (TEXT_TYPE.test(mediaType) && isUtf8(body))
    return { body: body.toString('utf8'), isBase64Encoded: false };
  return { body: body.toString('base64'), isBase64Encoded: true };
}
