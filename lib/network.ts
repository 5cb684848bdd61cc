import {
  GatewayVpcEndpointAwsService,
  IpProtocol,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/**
 * A dual-stack VPC for the database and for the functions that need it. The database's subnets have no way out. The
 * functions' subnets have one over IPv6 alone, by an egress-only internet gateway, which costs nothing where a NAT
 * gateway costs about $37 a month; by it they reach the sockets (`@connections`). DynamoDB is reached by a gateway
 * endpoint, free as well.
 */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly databaseSubnets = { subnetGroupName: 'Database' };
  /** Shared by the functions: out to HTTPS and to the database, in from nowhere. */
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // The cast: under exactOptionalPropertyTypes the CDK's classes do not match its own interfaces.
    this.vpc = new Vpc(this, 'Vpc', {
      ipProtocol: IpProtocol.DUAL_STACK,
      maxAzs: 2,
      natGateways: 0,
      createInternetGateway: false,
      subnetConfiguration: [
        { name: 'Functions', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Database', subnetType: SubnetType.PRIVATE_ISOLATED },
      ],
      gatewayEndpoints: { DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
    }) as IVpc;
    this.securityGroup = new SecurityGroup(this, 'Functions', {
      vpc: this.vpc,
      description: 'Belfry functions',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'DynamoDB by the gateway endpoint');
    this.securityGroup.addEgressRule(
      Peer.anyIpv6(),
      Port.HTTPS,
      'Sockets by the egress-only internet gateway',
    );
  }

  /** The properties that put a function into this network. */
  get placement() {
    return {
      vpc: this.vpc,
      vpcSubnets: { subnetGroupName: 'Functions' },
      securityGroups: [this.securityGroup],
      ipv6AllowedForDualStack: true,
    };
  }
}
