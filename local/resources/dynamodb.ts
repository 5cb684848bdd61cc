import { arn, type Make } from './resource.ts';

const honoured = [
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
];

const makeTable: Make = async ({ properties, nameBy }, { dynamoDb }) => {
  const name = nameBy('TableName');
  const values = honoured
    .map((property) => [property, properties.value(property)] as const)
    .filter(([, value]) => value !== undefined);
  await dynamoDb.createTable(Object.fromEntries(values), name);
  // Expired items stay: DynamoDB may delete them days late too, so readers filter them.
  properties.ignore('TimeToLiveSpecification', 'PointInTimeRecoverySpecification', 'SSESpecification');
  properties.ignore('DeletionProtectionEnabled', 'Tags', 'TableClass', 'ContributorInsightsSpecification');
  return { ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } };
};

export const dynamodb: Record<string, Make> = { 'AWS::DynamoDB::Table': makeTable };
