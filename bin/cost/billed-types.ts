import type { Template } from './template.ts';

/** The resource types for which the bill has a line. */
const billed = [
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::EC2::EIP',
  'AWS::EC2::NatGateway',
  'AWS::Events::EventBus',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBProxy',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
];

/** The resource types that cost nothing. */
const free = [
  /^AWS::ApiGatewayV2::(Api|ApiMapping|Authorizer|DomainName|Integration|IntegrationResponse|Route|RouteResponse)$/,
  // An egress-only internet gateway and a gateway endpoint cost nothing: https://aws.amazon.com/vpc/pricing/
  /^AWS::EC2::(EgressOnlyInternetGateway|InternetGateway|VPCGatewayAttachment|VPCEndpoint)$/,
  /^AWS::EC2::(Route|RouteTable|SecurityGroup|SecurityGroup(E|In)gress|Subnet|SubnetRouteTableAssociation|VPC|VPCCidrBlock)$/,
  // Scheduled events are no custom events, and only those cost something: https://aws.amazon.com/cloudwatch/pricing/
  /^AWS::Events::Rule$/,
  /^AWS::IAM::(ManagedPolicy|Policy|Role)$/,
  /^AWS::Lambda::(EventInvokeConfig|Permission|Version)$/,
  // A further endpoint of a proxy is billed as an endpoint of PrivateLink, so it is not among them.
  /^AWS::RDS::(DBClusterParameterGroup|DBParameterGroup|DBProxyTargetGroup|DBSubnetGroup)$/,
  /^AWS::(CDK::Metadata|Logs::ResourcePolicy|SQS::QueuePolicy)$/,
  // The CDK's own functions run at deployments only.
  /^Custom::/,
];

/**
 * Makes sure that the model knows every resource of a template, so that no cost is forgotten.
 * @throws Error naming a type that it does not know
 */
export function checkTypes({ Resources }: Template): void {
  for (const [id, { Type }] of Object.entries(Resources)) {
    if (billed.includes(Type) || free.some((each) => each.test(Type))) continue;
    throw new Error(
      `${id} is of the type ${Type}, and bin/cost does not know what that costs. Add it to bin/cost/billed-types.ts: to \`free\`, or to \`billed\` with a line of the bill.`,
    );
  }
}
