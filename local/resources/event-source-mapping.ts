import type { Invocation } from '../lambda/invocation.ts';
import type { Properties } from '../template/properties.ts';
import { functionOf, type Make, requireGrants, type Services } from './resource.ts';

export const makeEventSourceMapping: Make = ({ properties, id }, services) => {
  const sourceArn = properties.text('EventSourceArn');
  properties.expect('Enabled', true);
  if (sourceArn.includes(':sqs:')) mapQueue(sourceArn, properties, services);
  else if (/:dynamodb:.*\/stream\//.test(sourceArn)) mapStream(sourceArn, properties, services);
  else properties.refuse('EventSourceArn', 'only SQS queues and DynamoDB streams are polled locally');
  properties.ignore('Tags');
  return { ref: id(32) };
};

function mapQueue(queueArn: string, properties: Properties, services: Services): void {
  const { sqs } = services;
  const functionName = properties.text('FunctionName');
  properties.expect('MaximumBatchingWindowInSeconds', 0);
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  requireGrants(services, functionName, actions, queueArn);
  const maxConcurrency = properties.nested('ScalingConfig')?.optionalNumber('MaximumConcurrency');
  sqs.subscribe(queueArn, {
    batchSize: properties.optionalNumber('BatchSize') ?? 10,
    reportBatchItemFailures: reportsItems(properties),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    deliver: deliverTo(functionName, services),
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html */
function mapStream(streamArn: string, properties: Properties, services: Services): void {
  const functionName = properties.text('FunctionName');
  const { spec } = functionOf(services, functionName);
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
  // It names ListStreams too, on the ARN of a stream, where IAM does not grant it:
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
  const actions = ['GetRecords', 'GetShardIterator', 'DescribeStream'];
  const dynamoDbActions = actions.map((action) => `dynamodb:${action}`);
  requireGrants(services, functionName, dynamoDbActions, streamArn);
  if (properties.text('StartingPosition') !== 'TRIM_HORIZON') {
    properties.refuse('StartingPosition', 'locally a stream is read from TRIM_HORIZON');
  }
  properties.expect('ParallelizationFactor', 1);
  const maxRetries = limit(properties, 'MaximumRetryAttempts');
  const maxAgeSeconds = limit(properties, 'MaximumRecordAgeInSeconds');
  const onFailureArn = properties.nested('DestinationConfig')?.nested('OnFailure')?.text('Destination');
  if (onFailureArn !== undefined) requireGrants(services, functionName, ['sqs:SendMessage'], onFailureArn);
  const filters = properties.nested('FilterCriteria')?.nestedList('Filters') ?? [];
  services.streams.subscribe(streamArn, {
    functionArn: spec.arn,
    batchSize: properties.optionalNumber('BatchSize') ?? 100,
    batchingWindowMs: (properties.optionalNumber('MaximumBatchingWindowInSeconds') ?? 0) * 1000,
    filters: filters.map((filter) => JSON.parse(filter.text('Pattern'))),
    bisects: properties.optionalFlag('BisectBatchOnFunctionError') ?? false,
    reportBatchItemFailures: reportsItems(properties),
    ...(maxRetries !== undefined && { maxRetries }),
    ...(maxAgeSeconds !== undefined && { maxRecordAgeMs: maxAgeSeconds * 1000 }),
    ...(onFailureArn !== undefined && { onFailureArn }),
    deliver: deliverTo(functionName, services),
  });
}

function deliverTo(functionName: string, { lambda, running }: Services) {
  return async (event: unknown): Promise<Invocation> => {
    await running;
    return lambda.invoke(functionName, event, { principal: 'account' });
  };
}

/** A number. -1 means that there is no limit. */
function limit(properties: Properties, name: string): number | undefined {
  const number = properties.optionalNumber(name);
  return number === -1 ? undefined : number;
}

function reportsItems(properties: Properties): boolean {
  return properties.texts('FunctionResponseTypes').includes('ReportBatchItemFailures');
}
