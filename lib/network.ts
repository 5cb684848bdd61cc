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
 * How functions in a VPC reach the sockets (`@connections`): `ipv6` by an egress-only internet gateway, which costs
 * nothing; `nat` by a NAT gateway, about $37 a month; `isolated` not at all, so that every push goes by the stream of the
 * deliveries table to a function outside the VPC.
 */
export type NetworkMode = 'ipv6' | 'nat' | 'isolated';

/** A network that functions join. */
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
 * A VPC for the database and for the functions that need it. The database's subnets have no way out in any mode, and the
 * functions' only that of the mode. DynamoDB is reached by a gateway endpoint, which is free.
 *
 * A mode is a way out and no more: VPC and subnets are the same in all of them, with their IPv6 ranges, so that it can be
 * changed where the stack lives. CloudFormation makes the new way, moves the functions to it, and takes the old one away
 * last. EC2 lets nobody take a range from a subnet while something in it has an address of it.
 */
export class Network extends Construct implements FunctionNetwork {
  readonly mode: NetworkMode;
  readonly vpc: IVpc;
  readonly databaseSubnets = { subnetGroupName: 'Database' };
  /** Shared by the functions: out to HTTPS and to the database, in from nowhere. */
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
    // In every mode: it is the routes that lead out, or do not.
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
  // One for both zones: while its zone is down, what cannot be posted goes by the stream.
  nat: vpcWith({ functions: SubnetType.PRIVATE_WITH_EGRESS, natGateways: 1 }),
  isolated: vpcWith({ functions: SubnetType.PRIVATE_ISOLATED, natGateways: 0 }),
};

// Sizes are named, and the subnets of a NAT gateway are set aside where there is none: every subnet has the same ranges of
// both families in each mode.
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

/** A VPC that was there before, by its ids. */
export interface ExistingNetworkProps {
  mode: NetworkMode;
  vpcId: string;
  subnetIds: readonly string[];
  securityGroupId: string;
}

/**
 * A VPC that was there before. Nothing in it is changed: its owner lets the security group out to the database, to
 * DynamoDB, and in the modes `ipv6` and `nat` to the internet.
 */
export class ExistingNetwork extends Construct implements FunctionNetwork {
  readonly mode: NetworkMode;
  readonly placement: FunctionNetwork['placement'];

  constructor(scope: Construct, id: string, props: ExistingNetworkProps) {
    super(scope, id);
    const { mode, vpcId, subnetIds, securityGroupId } = props;
    this.mode = mode;
    // Routes of somebody else's subnets are for nobody here to read.
    Annotations.of(this).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
    this.placement = {
      // Known by its id alone, so that synthesizing needs no look-up in the account. The CDK wants to hear of a zone, and
      // does nothing with it where subnets are named.
      vpc: Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones: [Fn.select(0, Fn.getAzs())] }),
      vpcSubnets: { subnets: subnetIds.map((subnetId) => this.subnet(subnetId)) },
      securityGroups: [
        // Rules of somebody else's security group are for its owner to make.
        SecurityGroup.fromSecurityGroupId(this, 'Functions', securityGroupId, { mutable: false }),
      ],
      ipv6AllowedForDualStack: mode === 'ipv6',
    };
  }

  private subnet(subnetId: string): ISubnet {
    return Subnet.fromSubnetId(this, subnetId, subnetId);
  }
}
