import { Validations } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  IpProtocol,
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
  type VpcProps,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/**
 * How functions in a VPC reach the sockets (`@connections`):
 *
 * - `ipv6`: over an egress-only internet gateway, which costs nothing.
 * - `nat`: over a NAT gateway, about $37 a month.
 * - `isolated`: not at all. Every push goes over the stream of the deliveries table to a function outside the VPC.
 */
export type NetworkMode = 'ipv6' | 'nat' | 'isolated';

/** A network that functions run in. */
export interface FunctionNetwork extends Construct {
  readonly mode: NetworkMode;
  /** Where in it a function is. */
  readonly placement: {
    vpc: IVpc;
    vpcSubnets: SubnetSelection;
    securityGroups: ISecurityGroup[];
  };
}

/** A network that a database of the stack is in too. */
export interface DatabaseNetwork extends FunctionNetwork {
  readonly vpc: IVpc;
  readonly databaseSubnets: SubnetSelection;
  /** The security group of all functions. */
  readonly securityGroup: ISecurityGroup;
}

/**
 * A VPC for the database and for the functions that need it. The subnets of the database have no way out in any mode. The
 * subnets of the functions have only the way out of their mode. A gateway endpoint, which is free, leads to DynamoDB.
 *
 * A mode changes only the way out. The VPC, the subnets and their IPv6 ranges are the same in every mode, so you can change
 * the mode of a deployed stack: CloudFormation creates the new way out, moves the functions to it, and deletes the old one
 * last. EC2 does not remove a range from a subnet while an address of the range is in use.
 */
export class Network extends Construct implements DatabaseNetwork {
  readonly mode: NetworkMode;
  readonly vpc: IVpc;
  readonly databaseSubnets = { subnetGroupName: 'Database' };
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { mode }: { mode: NetworkMode }) {
    super(scope, id);
    this.mode = mode;
    // The cast: under exactOptionalPropertyTypes the CDK's classes do not match its own interfaces.
    this.vpc = new Vpc(this, 'Vpc', {
      ...vpcProps[mode],
      maxAzs: 2,
      gatewayEndpoints: { DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
    }) as IVpc;
    Validations.of(this.vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'Nothing in it can be reached from outside; flow logs are for its owner to add, and to pay.',
    });
    this.securityGroup = functionSecurityGroup(this, this.vpc);
  }

  get placement() {
    return {
      vpc: this.vpc,
      vpcSubnets: { subnetGroupName: 'Functions' },
      securityGroups: [this.securityGroup],
    };
  }
}

const vpcProps: Record<NetworkMode, VpcProps> = {
  ipv6: vpcWith({ functions: SubnetType.PRIVATE_WITH_EGRESS, natGateways: 0 }),
  // One gateway serves both zones. While its zone is down, pushes that cannot be posted go over the stream.
  nat: vpcWith({ functions: SubnetType.PRIVATE_WITH_EGRESS, natGateways: 1 }),
  isolated: vpcWith({ functions: SubnetType.PRIVATE_ISOLATED, natGateways: 0 }),
};

// The sizes are fixed, and ranges for public subnets are reserved in the modes without a NAT gateway, so that every subnet has
// the same IPv4 and IPv6 ranges in each mode.
function vpcWith({ functions, natGateways }: { functions: SubnetType; natGateways: number }): VpcProps {
  const hasPublic = natGateways > 0;
  return {
    ipProtocol: IpProtocol.DUAL_STACK,
    natGateways,
    createInternetGateway: hasPublic,
    subnetConfiguration: [
      { name: 'Functions', subnetType: functions, cidrMask: 20 },
      { name: 'Database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 },
      {
        name: 'Public',
        subnetType: SubnetType.PUBLIC,
        cidrMask: 24,
        mapPublicIpOnLaunch: false,
        reserved: !hasPublic,
      },
    ],
  };
}

/** Creates the security group of all functions: out to HTTPS and to the database, and nothing in. */
export function functionSecurityGroup(scope: Construct, vpc: IVpc): SecurityGroup {
  const group = new SecurityGroup(scope, 'Functions', {
    vpc,
    description: 'Belfry functions',
    allowAllOutbound: false,
  });
  // The rules are the same in every mode. The routes decide if there is a way out.
  group.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'DynamoDB, and sockets by a NAT gateway');
  group.addEgressRule(Peer.anyIpv6(), Port.HTTPS, 'Sockets by the egress-only internet gateway');
  return group;
}
