import { Annotations, Fn, Validations } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  IpProtocol,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
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
  /** The properties that put a function into this network. */
  readonly placement: {
    vpc: IVpc;
    vpcSubnets: SubnetSelection;
    securityGroups: ISecurityGroup[];
    ipv6AllowedForDualStack: boolean;
  };
}

/**
 * A VPC for the database and for the functions that need it. The subnets of the database have no way out in any mode. The
 * subnets of the functions have only the way out of their mode. A gateway endpoint, which is free, leads to DynamoDB.
 *
 * A mode changes only the way out. The VPC, the subnets and their IPv6 ranges are the same in every mode, so you can change
 * the mode of a deployed stack: CloudFormation creates the new way out, moves the functions to it, and deletes the old one
 * last. EC2 does not remove a range from a subnet while an address of the range is in use.
 */
export class Network extends Construct implements FunctionNetwork {
  readonly mode: NetworkMode;
  readonly vpc: IVpc;
  readonly databaseSubnets = { subnetGroupName: 'Database' };
  /** The security group of all functions: out to HTTPS and to the database, and nothing in. */
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
    this.securityGroup = new SecurityGroup(this, 'Functions', {
      vpc: this.vpc,
      description: 'Belfry functions',
      allowAllOutbound: false,
    });
    // The rules are the same in every mode. The routes decide if there is a way out.
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'DynamoDB, and sockets by a NAT gateway');
    const egress = 'Sockets by the egress-only internet gateway';
    this.securityGroup.addEgressRule(Peer.anyIpv6(), Port.HTTPS, egress);
  }

  get placement() {
    return {
      vpc: this.vpc,
      vpcSubnets: { subnetGroupName: 'Functions' },
      securityGroups: [this.securityGroup],
      ipv6AllowedForDualStack: this.mode === 'ipv6',
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

/** The ids of an existing VPC. */
export interface ExistingNetworkProps {
  mode: NetworkMode;
  vpcId: string;
  subnetIds: readonly string[];
  securityGroupId: string;
}

/**
 * An existing VPC, in which nothing is changed. Its owner allows the security group to reach the database and DynamoDB, and
 * in the modes `ipv6` and `nat` the internet.
 */
export class ExistingNetwork extends Construct implements FunctionNetwork {
  readonly mode: NetworkMode;
  readonly placement: FunctionNetwork['placement'];

  constructor(scope: Construct, id: string, props: ExistingNetworkProps) {
    super(scope, id);
    const { mode, vpcId, subnetIds, securityGroupId } = props;
    this.mode = mode;
    // The stack never reads the routes of existing subnets, which this warning is about.
    Annotations.of(this).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
    this.placement = {
      // The id is enough, so that a synthesis needs no look-up in the account. The CDK requires a zone, but does not use it
      // if subnets are named.
      vpc: Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones: [Fn.select(0, Fn.getAzs())] }),
      vpcSubnets: { subnets: subnetIds.map((subnetId) => this.subnet(subnetId)) },
      securityGroups: [
        // The owner of the security group makes its rules.
        SecurityGroup.fromSecurityGroupId(this, 'Functions', securityGroupId, { mutable: false }),
      ],
      ipv6AllowedForDualStack: mode === 'ipv6',
    };
  }

  private subnet(subnetId: string): ISubnet {
    return Subnet.fromSubnetId(this, subnetId, subnetId);
  }
}
