import { apiGateway } from './api-gateway.ts';
import { dynamodb } from './dynamodb.ts';
import { ec2 } from './ec2.ts';
import { events } from './events.ts';
import { iam } from './iam.ts';
import { lambda } from './lambda.ts';
import { rds } from './rds.ts';
import type { Make } from './resource.ts';
import { secretsManager } from './secrets-manager.ts';
import { sqs } from './sqs.ts';

/** How each type of resource is made. A type that is neither here nor in `inertTypes` stops the start. */
export const resourceTypes: Record<string, Make> = {
  ...apiGateway,
  ...dynamodb,
  ...ec2,
  ...events,
  ...iam,
  ...lambda,
  ...rds,
  ...secretsManager,
  ...sqs,
};

const network = 'reachability follows from subnets, routes and endpoints';
const firewall = 'security groups are not checked';
const logs = 'the output of functions goes to the report';
const noReader = 'it has no reader on this machine';

/** The types that do nothing locally, each with the reason. References to them get made-up values. */
export const inertTypes: Record<string, string> = {
  'AWS::EC2::VPC': network,
  'AWS::EC2::VPCCidrBlock': network,
  'AWS::EC2::RouteTable': network,
  'AWS::EC2::InternetGateway': network,
  'AWS::EC2::EgressOnlyInternetGateway': network,
  'AWS::EC2::VPCGatewayAttachment': network,
  'AWS::EC2::NatGateway': network,
  'AWS::EC2::EIP': network,
  'AWS::EC2::SecurityGroup': firewall,
  'AWS::EC2::SecurityGroupIngress': firewall,
  'AWS::EC2::SecurityGroupEgress': firewall,
  'Custom::VpcRestrictDefaultSG': firewall,
  'AWS::Logs::LogGroup': logs,
  'AWS::CloudWatch::Alarm': noReader,
  'AWS::CloudWatch::Dashboard': noReader,
  'AWS::CDK::Metadata': noReader,
};
