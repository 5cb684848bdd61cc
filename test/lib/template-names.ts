/** Which names in templates are physical ones: those that CloudFormation does not make, and another stack could have too. */
import { CfnResource, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';

/** A part of a template: an installation, or what a stack has beside its installations. */
export interface Part {
  title: string;
  /** The properties of each resource and output, with its type. */
  resources: { type: string; properties: unknown }[];
  /** Every logical id of the template. A value that refers to one belongs to this stack alone. */
  logicalIds: string[];
}

const nameLike = /(Name|Names|Identifier|Namespace|Alias|Prefix|_NAME|_NAMESPACE|_USER)$/;

/** Names that are known inside their parent only, by their place, or by their place and value. */
const scoped: Record<string, string> = {
  'AWS::ApiGatewayV2::Authorizer.Name': 'in its API',
  'AWS::ApiGatewayV2::Stage.StageName': 'in its API',
  'AWS::CloudWatch::Alarm.Dimensions.Name': 'in its metric',
  'AWS::CloudWatch::Alarm.MetricName': 'in its namespace',
  'AWS::CloudWatch::Alarm.Metrics.MetricStat.Metric.Dimensions.Name': 'in its metric',
  'AWS::CloudWatch::Alarm.Metrics.MetricStat.Metric.MetricName': 'in its namespace',
  'AWS::DynamoDB::Table.AttributeDefinitions.AttributeName': 'in its table',
  'AWS::DynamoDB::Table.GlobalSecondaryIndexes.IndexName': 'in its table',
  'AWS::DynamoDB::Table.GlobalSecondaryIndexes.KeySchema.AttributeName': 'in its table',
  'AWS::DynamoDB::Table.KeySchema.AttributeName': 'in its table',
  'AWS::DynamoDB::Table.TimeToLiveSpecification.AttributeName': 'in its table',
  'AWS::EC2::VPCEndpoint.ServiceName': 'a service of AWS',
  'AWS::IAM::Policy.PolicyName': 'in its role',
  'AWS::IAM::Role.Policies.PolicyName': 'in its role',
  'AWS::Lambda::Function.Environment.Variables.DATABASE_NAME': 'on its server',
  'AWS::Lambda::Function.Environment.Variables.DATABASE_USER = "belfry_owner"': 'on its server',
  'AWS::RDS::DBCluster.DatabaseName': 'on its server',
  'AWS::RDS::DBInstance.DBName': 'on its server',
  'AWS::RDS::DBProxyTargetGroup.TargetGroupName': 'in its proxy',
};

/** The physical names in a part, each with its place. */
export function namesIn({ resources, logicalIds }: Part): string[] {
  return resources.flatMap(({ type, properties }) => collect(properties, type));

  function collect(value: unknown, place: string): string[] {
    if (Array.isArray(value)) return value.flatMap((item) => collect(item, place));
    if (value instanceof Object && !isIntrinsic(value))
      return Object.entries(value).flatMap(([key, item]) => collect(item, `${place}.${key}`));
    const text = JSON.stringify(value);
    const name = `${place} = ${text}`;
    // A namespace, whose dimensions name the resource, or a parameter group that every account has.
    const isOfAws = text.startsWith('"AWS/') || text.startsWith('"default.');
    const isKnownHere = isOfAws || place in scoped || name in scoped || refersTo(logicalIds, value);
    return nameLike.test(place) && !isKnownHere ? [name] : [];
  }
}

const isIntrinsic = (value: object) => /^(Ref|Fn::\w+)$/.test(Object.keys(value).join());

/** Whether a value has one of these logical ids in it. */
export function refersTo(logicalIds: readonly string[], value: unknown): boolean {
  const text = JSON.stringify(value);
  return logicalIds.some((id) => text.includes(`"${id}"`));
}

/** The physical names that two of the parts have, each with the titles of both. */
export function sharedNames(parts: readonly Part[]): string[] {
  const all = parts.map((part) => ({ title: part.title, names: new Set(namesIn(part)) }));
  return all.flatMap((one, index) =>
    all.slice(index + 1).flatMap((other) => {
      const shared = [...one.names].filter((name) => other.names.has(name));
      return shared.map((name) => `${one.title} and ${other.title}: ${name}`);
    }),
  );
}

/** The installations of a stack, and the rest of it. */
export function partsOf(stack: Stack, template: Template, installations: readonly IConstruct[]): Part[] {
  const { Resources, Outputs = {} } = template.toJSON();
  const logicalIds = Object.keys(Resources);
  const partOf = (title: string, ids: readonly string[]): Part => ({
    title,
    logicalIds,
    resources: ids.map((id) => ({ type: Resources[id].Type, properties: Resources[id].Properties ?? {} })),
  });
  const parts = installations.map(({ node }) => {
    const resources = node.findAll().filter(CfnResource.isCfnResource);
    return { title: node.path, ids: resources.map(({ logicalId }) => stack.resolve(logicalId)) };
  });
  const others = logicalIds.filter((id) => !parts.some(({ ids }) => ids.includes(id)));
  const rest = partOf(`the rest of ${stack.stackName}`, others);
  const outputs = Object.values(Outputs).map((properties) => ({ type: 'Output', properties }));
  return [
    ...parts.map(({ title, ids }) => partOf(title, ids)),
    { ...rest, resources: [...rest.resources, ...outputs] },
  ];
}
