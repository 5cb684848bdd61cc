import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  type IAccessLogSettings,
  IpAddressType,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct, IConstruct } from 'constructs';
import { functionSettings } from './function-settings.ts';
import { uniqueName } from './installation.ts';

/**
 * A domain name of your own for an API, in place of the address that AWS gives it. Your DNS must point the name to the
 * target that the stack outputs, by a CNAME or an alias record.
 *
 * @example
 * new Notifications(this, 'Notifications', {
 *   domainNames: {
 *     http: {
 *       name: 'notifications.example.com',
 *       certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/4b1c',
 *     },
 *   },
 * });
 */
export interface DomainProps {
  /** The name, such as `notifications.example.com`. */
  name: string;
  /** The ARN of a certificate for the name, in Certificate Manager, in the region of the stack. */
  certificateArn: string;
}

/**
 * Creates the domain name in API Gateway. It works once your DNS points it to the target that the stack outputs, by a
 * CNAME or an alias record.
 */
export function createDomain(scope: Construct, { name, certificateArn }: DomainProps): DomainName {
  return new DomainName(scope, 'Domain', {
    domainName: name,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    ipAddressType: IpAddressType.DUAL_STACK,
  });
}

/**
 * The fields of a log entry, by kind of API. None holds a path or a query string, because the query string of a new
 * socket holds its token. The route key says the same as the path.
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

/**
 * Creates a log group for the access logs of an API. Each entry is one JSON object on one line.
 *
 * Its name begins with `/aws/vendedlogs/`. For every other log group API Gateway adds a statement to a policy of the account,
 * which has at most 5,120 characters. In an account where it is full, the stage of an HTTP API could not be created.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
 */
export function createAccessLogs(scope: Construct, kind: keyof typeof fields): IAccessLogSettings {
  const logGroup = new LogGroup(scope, 'AccessLogs', {
    logGroupName: `/aws/vendedlogs/belfry/${uniqueName(scope, 'AccessLogs')}`,
    retention: functionSettings(scope).logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return {
    destination: new LogGroupLogDestination(logGroup),
    format: AccessLogFormat.custom(JSON.stringify(fields[kind])),
  };
}

/** Gives cdk-nag the reason why a stage has no access logs. */
export function acknowledgeNoAccessLogs(stage: IConstruct, reason: string): void {
  Validations.of(stage).acknowledge({ id: 'AwsSolutions-APIG1', reason });
}
