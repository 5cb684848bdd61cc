import { arn } from '../aws/arn.ts';
import type { Properties } from '../template/properties.ts';
import type { Make } from './resource.ts';

const honoured = [
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
];

const makeTable: Make = async ({ properties, nameBy }, { dynamoDb, streams }) => {
  const name = nameBy('TableName');
  const values = honoured
    .map((property) => [property, properties.value(property)] as const)
    .filter(([, value]) => value !== undefined);
  const streamSpecification = streamSpecificationOf(properties);
  await dynamoDb.createTable({ ...Object.fromEntries(values), ...streamSpecification }, name);
  // Expired items stay. DynamoDB can delete them days late, so readers filter them.
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
  properties.ignore('TimeToLiveSpecification', 'PointInTimeRecoverySpecification', 'SSESpecification');
  properties.ignore('DeletionProtectionEnabled', 'Tags', 'TableClass', 'ContributorInsightsSpecification');
  const attributes = { Arn: arn('dynamodb', `table/${name}`) };
  if (!streamSpecification) return { ref: name, attributes };
  return { ref: name, attributes: { ...attributes, StreamArn: streams.createStream(name) } };
};

function streamSpecificationOf(properties: Properties) {
  const stream = properties.nested('StreamSpecification');
  if (!stream) return;
  const StreamViewType = stream.text('StreamViewType');
  if (StreamViewType !== 'NEW_IMAGE') stream.refuse('StreamViewType', 'only NEW_IMAGE is written locally');
  return { StreamSpecification: { StreamViewType } };
}

export const dynamodb: Record<string, Make> = { 'AWS::DynamoDB::Table': makeTable };
