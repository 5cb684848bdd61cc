import { arn } from '../aws/arn.ts';
import { recordOf } from '../json.ts';
import type { NamedService } from '../local-names.ts';
import type { Properties } from '../template/properties.ts';
import { makeEventSourceMapping } from './event-source-mapping.ts';
import { functionOf, type Make, requireGrants, type Services } from './resource.ts';

/** The defaults: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
const makeFunction: Make = ({ properties, nameBy }, services) => {
  const { iam, lambda, network, names, functions, assetDirectory } = services;
  const name = nameBy('FunctionName');
  const functionArn = arn('lambda', `function:${name}`);
  const roleArn = properties.text('Role');
  placeFunction(name, properties, services);
  const isReachable = (service: NamedService) =>
    network.isReachable({ kind: 'role', roleArn, functionName: name }, service);
  const code = properties.nested('Code');
  code?.ignore('S3Bucket');
  const variables = (properties.nested('Environment')?.value('Variables') ?? {}) as Record<string, unknown>;
  const logging = properties.nested('LoggingConfig');
  const logGroup = logging?.optionalText('LogGroup');
  const reservedConcurrency = properties.optionalNumber('ReservedConcurrentExecutions');
  const spec = {
    name,
    arn: functionArn,
    handler: properties.text('Handler'),
    codeDirectory: assetDirectory(code?.text('S3Key') ?? ''),
    environment: Object.fromEntries(
      Object.entries(variables).map(([key, value]) => [key, names.localize(String(value), isReachable)]),
    ),
    timeoutMs: (properties.optionalNumber('Timeout') ?? 3) * 1000,
    memoryMb: properties.optionalNumber('MemorySize') ?? 128,
    credentials: iam.credentialsFor(roleArn, name),
    logFormat: logging?.optionalText('LogFormat') === 'JSON' ? ('JSON' as const) : ('Text' as const),
    ...(logGroup !== undefined && { logGroup }),
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
  };
  properties.expect('Runtime', 'nodejs24.x');
  properties.ignore('Architectures', 'Description', 'Tags', 'TracingConfig');
  lambda.createFunction(spec);
  functions.set(functionArn, { spec, roleArn });
  return { ref: name, attributes: { Arn: functionArn } };
};

/** Places the function in its subnets, if it has any. */
function placeFunction(name: string, properties: Properties, { network }: Services): void {
  const vpc = properties.nested('VpcConfig');
  if (!vpc) return;
  const hasIpv6 = vpc.optionalFlag('Ipv6AllowedForDualStack') ?? false;
  network.placeFunction(name, { subnetIds: vpc.texts('SubnetIds'), hasIpv6 });
  vpc.ignore('SecurityGroupIds');
}

/** Each start is a deployment. So its versions are new: a migration takes one that it knows for a deployment that is undone. */
const makeVersion: Make = ({ properties }, services) => {
  const version = String(Date.now());
  const { spec } = functionOf(services, properties.text('FunctionName'));
  properties.ignore('CodeSha256', 'Description');
  const arn = `${spec.arn}:${version}`;
  return { ref: arn, attributes: { FunctionArn: arn, Version: version } };
};

/** https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
const makePermission: Make = ({ properties, logicalId }, { lambda }) => {
  const sourceArn = properties.optionalText('SourceArn');
  properties.expect('Action', 'lambda:InvokeFunction');
  properties.ignore('SourceAccount');
  lambda.addPermission({
    functionName: properties.text('FunctionName'),
    principal: properties.text('Principal'),
    ...(sourceArn !== undefined && { sourceArn }),
  });
  return { ref: logicalId };
};

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html */
const makeEventInvokeConfig: Make = ({ properties, logicalId }, services) => {
  const functionName = properties.text('FunctionName');
  // The Lambda service reads the specification at every event.
  const { spec } = functionOf(services, functionName);
  const retries = properties.optionalNumber('MaximumRetryAttempts');
  if (retries !== undefined) spec.asyncMaxRetries = retries;
  const maxAgeSeconds = properties.optionalNumber('MaximumEventAgeInSeconds');
  if (maxAgeSeconds !== undefined) spec.asyncMaxEventAgeMs = maxAgeSeconds * 1000;
  const destination = properties.nested('DestinationConfig')?.nested('OnFailure')?.text('Destination');
  if (destination !== undefined) {
    requireGrants(services, functionName, ['sqs:SendMessage'], destination);
    spec.onFailureArn = destination;
  }
  properties.expect('Qualifier', '$LATEST');
  return { ref: logicalId };
};

/**
 * Runs a function during the deployment, after all resources that the trigger depends on are made. In the cloud, a
 * provider function of the CDK does this. Here the function runs directly, if the role of the provider allows it. With
 * the `InvocationType` Event it is awaited too, so that later resources find its work done.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.triggers-readme.html
 */
const makeTrigger: Make = async ({ properties, logicalId }, services) => {
  const handlerArn = properties.text('HandlerArn');
  const { name } = functionOf(services, handlerArn).spec;
  requireGrants(services, properties.text('ServiceToken'), ['lambda:InvokeFunction'], handlerArn);
  // The time-out of the function applies. It is never longer than that of the trigger.
  properties.ignore('InvocationType', 'Timeout', 'ExecuteOnHandlerChange');
  services.onProgress(`trigger ${logicalId}`);
  const { functionError, payload } = await services.lambda.invoke(handlerArn, {}, { principal: 'account' });
  if (functionError)
    throw new Error(`function ${name} failed: ${String(recordOf(payload).errorMessage ?? payload)}`);
  services.report({ source: 'trigger', level: 'debug', message: `${logicalId}: ${name} succeeded` });
  return { ref: logicalId };
};

export const lambda: Record<string, Make> = {
  'AWS::Lambda::Function': makeFunction,
  'AWS::Lambda::Version': makeVersion,
  'AWS::Lambda::Permission': makePermission,
  'AWS::Lambda::EventInvokeConfig': makeEventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': makeEventSourceMapping,
  'Custom::Trigger': makeTrigger,
};
