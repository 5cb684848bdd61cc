import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { functionSettings } from './function-settings.ts';

/**
 * The fields of a line for each kind of API. A path or a query string is in none of them: the token of a socket is in its
 * query string, and a route's key says as much as its path.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
const fields = {
  http: {
    request_id: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    route: '$context.routeKey',
    status: '$context.status',
    latency_ms: '$context.responseLatency',
    response_bytes: '$context.responseLength',
    authorizer_error: '$context.authorizer.error',
    integration_error: '$context.integrationErrorMessage',
  },
  socket: {
    request_id: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    event: '$context.eventType',
    route: '$context.routeKey',
    status: '$context.status',
    connection_id: '$context.connectionId',
    integration_error: '$context.integrationErrorMessage',
  },
};

/** A log group for the access logs of an API, one JSON object a line. */
export function accessLogs(scope: Construct, kind: keyof typeof fields): IAccessLogSettings {
  const logGroup = new LogGroup(scope, 'AccessLogs', {
    retention: functionSettings(scope).logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return {
    destination: new LogGroupLogDestination(logGroup),
    format: AccessLogFormat.custom(JSON.stringify(fields[kind])),
  };
}
