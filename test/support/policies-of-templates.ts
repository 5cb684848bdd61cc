/**
 * Writes every IAM policy of templates into a directory, one file each, for programs that look at policies. References have
 * the values that CloudFormation could give them.
 *
 *     node test/support/policies-of-templates.ts <directory> <template> …
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

const account = '111122223333';
const region = 'eu-central-1';

/** The value of an attribute, by the type of its resource. */
const attributes: Record<string, (name: string) => string> = {
  'AWS::DynamoDB::Table.Arn': (name) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  // A real label has colons, in which parliament cannot read an ARN.
  'AWS::DynamoDB::Table.StreamArn': (name) =>
    `arn:aws:dynamodb:${region}:${account}:table/${name}/stream/2026-01-01`,
  'AWS::EC2::VPC.DefaultSecurityGroup': () => 'sg-0a1b2c3d4e5f60718',
  'AWS::Events::EventBus.Arn': (name) => `arn:aws:events:${region}:${account}:event-bus/${name}`,
  'AWS::Events::Rule.Arn': (name) => `arn:aws:events:${region}:${account}:rule/${name}`,
  'AWS::Lambda::Function.Arn': (name) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  'AWS::RDS::DBCluster.DBClusterResourceId': () => 'cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'AWS::RDS::DBProxy.DBProxyArn': () =>
    `arn:aws:rds:${region}:${account}:db-proxy:prx-ABCDEFGHIJKLMNOPQRSTUVWXYZ`,
  'AWS::RDS::DBInstance.DbiResourceId': () => 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'AWS::SQS::Queue.Arn': (name) => `arn:aws:sqs:${region}:${account}:${name}`,
};

/** What `Ref` means, by the name of a pseudo parameter or by the type of the resource. */
const references: Record<string, (name: string) => string> = {
  'AWS::AccountId': () => account,
  'AWS::Partition': () => 'aws',
  'AWS::Region': () => region,
  'AWS::ApiGatewayV2::Api': () => 'a1b2c3d4e5',
  'AWS::SecretsManager::Secret': (name) =>
    `arn:aws:secretsmanager:${region}:${account}:secret:${name}-a1b2c3`,
};

/**
 * Every policy in the properties of the resources, inline, managed or of a resource, but not who may assume a role: such a
 * policy names no resource, which parliament takes for a mistake.
 */
function policiesOf(resources: Resources): unknown[] {
  return Object.values(resources).flatMap(({ Properties = {} }) => {
    const { AssumeRolePolicyDocument, ...others } = Properties;
    return documentsIn(others).map((document) => resolve(document, resources));
  });
}

function documentsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return 'Statement' in value ? [value] : Object.values(value).flatMap(documentsIn);
}

function resolve(value: unknown, resources: Resources): unknown {
  if (Array.isArray(value)) return value.map((each) => resolve(each, resources));
  if (typeof value !== 'object' || value === null) return value;
  const [[key, inner] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && (key === 'Ref' || key.startsWith('Fn::')))
    return intrinsic(key, inner, resources);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolve(each, resources)]));
}

function intrinsic(key: string, inner: unknown, resources: Resources): string {
  if (key === 'Ref') return known(references, resources[String(inner)]?.Type ?? String(inner), String(inner));
  if (key === 'Fn::GetAtt' && Array.isArray(inner)) {
    const [logicalId, attribute] = inner.map(String);
    return known(attributes, `${resources[logicalId ?? '']?.Type}.${attribute}`, logicalId ?? '');
  }
  if (key === 'Fn::Join' && Array.isArray(inner)) {
    const [separator, parts] = inner;
    return (resolve(parts, resources) as string[]).join(String(separator));
  }
  if (key === 'Fn::Select' && Array.isArray(inner) && Array.isArray(inner[1]?.['Fn::Split'])) {
    const [separator, text] = inner[1]['Fn::Split'];
    const part = String(resolve(text, resources)).split(String(separator))[Number(inner[0])];
    if (part !== undefined) return part;
  }
  throw new Error(
    `A policy has ${key} ${JSON.stringify(inner)}. Teach test/support/policies-of-templates.ts its value.`,
  );
}

function known(values: typeof references, kind: string, name: string): string {
  const value = values[kind];
  if (value) return value(name);
  throw new Error(`A policy refers to ${kind}. Add a value for it to test/support/policies-of-templates.ts.`);
}

const [directory = '', ...templates] = process.argv.slice(2);
for (const template of templates) {
  const { Resources } = JSON.parse(readFileSync(template, 'utf8'));
  for (const policy of policiesOf(Resources)) {
    const text = JSON.stringify(policy, null, 2);
    // Most modes have the same policies, and each is looked at once.
    writeFileSync(
      join(directory, `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`),
      text,
    );
  }
}
