import { Token } from 'aws-cdk-lib';
import {
  CfnSubnet,
  CfnVPCEndpoint,
  type ISubnet,
  type IVpc,
  type SecurityGroup,
  type SelectedSubnets,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { type DatabaseNetwork, functionSecurityGroup, type NetworkMode } from './network.ts';

/**
 * An existing VPC for a database of the stack. Neither its subnets nor its routes are changed. docs/deploy.md says what they
 * must have.
 *
 * @example
 * database: { mode: 'rds', vpc: Vpc.fromLookup(this, 'Vpc', { vpcName: 'shared' }) },
 * network: 'nat',
 */
export interface ExistingVpcProps {
  /**
   * A VPC of your app, or one that is looked up or imported. Requires the prop `network`. The database cannot move to another
   * VPC later. Left out: the stack makes a VPC.
   */
  vpc?: IVpc;
  /**
   * The subnets of the functions, none of them public. Default: the private subnets with a route to the internet; with
   * `network: 'isolated'` those without.
   */
  functionSubnets?: SubnetSelection;
  /** The subnets of the database, none of them public, in two zones at least. Default: the isolated subnets, or the private ones. */
  databaseSubnets?: SubnetSelection;
}

/**
 * The part of an existing VPC that the functions and the database are in. It makes only security groups.
 * @throws Error naming the prop whose subnets cannot be used, and why
 */
export class NetworkInVpc extends Construct implements DatabaseNetwork {
  readonly mode: NetworkMode;
  readonly vpc: IVpc;
  readonly databaseSubnets: SubnetSelection;
  readonly securityGroup: SecurityGroup;
  private readonly functionSubnets: ISubnet[];

  constructor(
    scope: Construct,
    id: string,
    { mode, vpc, ...choice }: ExistingVpcProps & { mode: NetworkMode; vpc: IVpc },
  ) {
    super(scope, id);
    this.mode = mode;
    this.vpc = vpc;
    const forFunctions = choice.functionSubnets ?? ofType(vpc, functionTypes[mode]);
    const forDatabase = choice.databaseSubnets ?? ofType(vpc, databaseTypes);
    const functions = select(vpc, 'functionSubnets', forFunctions);
    const database = select(vpc, 'databaseSubnets', forDatabase);
    this.functionSubnets = functions.subnets;
    this.databaseSubnets = { subnets: database.subnets };
    // Before a VPC is looked up, its subnets are not the real ones.
    if (!functions.isPendingLookup) {
      checkWayOut(vpc, mode, functions.subnets);
      checkZones(database);
    }
    this.securityGroup = functionSecurityGroup(this, vpc);
    // At the end of the synthesis, because the endpoint may be made after this.
    this.node.addValidation({ validate: () => this.missingEndpoint() });
  }

  get placement() {
    return {
      vpc: this.vpc,
      vpcSubnets: { subnets: this.functionSubnets },
      securityGroups: [this.securityGroup],
    };
  }

  // Without a way to DynamoDB, functions would hang until their time-out. What an imported VPC has is not known.
  private missingEndpoint(): string[] {
    if (this.mode === 'nat' || !(this.vpc instanceof Vpc)) return [];
    const hasEndpoint = this.node.root.node.findAll().some((construct) => {
      if (!(construct instanceof CfnVPCEndpoint)) return false;
      return JSON.stringify(construct.stack.resolve(construct.serviceName)).includes('dynamodb');
    });
    if (hasEndpoint) return [];
    return [
      `network is ${this.mode}, and the VPC has no endpoint for DynamoDB, which every function uses. Add one: ` +
        "vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB }). It costs nothing.",
    ];
  }
}

type PrivateType = SubnetType.PRIVATE_WITH_EGRESS | SubnetType.PRIVATE_ISOLATED;

/** The types of subnets that are taken by default. The second one is for a VPC without the first one. */
type Preference = readonly [PrivateType, PrivateType];

const databaseTypes: Preference = [SubnetType.PRIVATE_ISOLATED, SubnetType.PRIVATE_WITH_EGRESS];
const functionTypes: Record<NetworkMode, Preference> = {
  // A look-up calls a subnet isolated if its only route to the internet is for IPv6.
  ipv6: [SubnetType.PRIVATE_WITH_EGRESS, SubnetType.PRIVATE_ISOLATED],
  nat: [SubnetType.PRIVATE_WITH_EGRESS, SubnetType.PRIVATE_WITH_EGRESS],
  isolated: [SubnetType.PRIVATE_ISOLATED, SubnetType.PRIVATE_WITH_EGRESS],
};

function ofType(vpc: IVpc, [first, second]: Preference): SubnetSelection {
  const subnets = {
    [SubnetType.PRIVATE_WITH_EGRESS]: vpc.privateSubnets,
    [SubnetType.PRIVATE_ISOLATED]: vpc.isolatedSubnets,
  };
  return { subnetType: subnets[first].length > 0 ? first : second };
}

type Choice = 'functionSubnets' | 'databaseSubnets';

function select(vpc: IVpc, choice: Choice, selection: SubnetSelection): SelectedSubnets {
  const selected = selectIn(vpc, choice, selection);
  if (selected.hasPublic) {
    throw new Error(
      `database: ${choice} has public subnets. Nothing of Belfry has a public address, so a function there has no way to the internet, and a database should have none. Choose private subnets.`,
    );
  }
  return selected;
}

function selectIn(vpc: IVpc, choice: Choice, selection: SubnetSelection): SelectedSubnets {
  try {
    return vpc.selectSubnets(selection);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new Error(`database: the VPC has no such subnets: ${reason} Choose others with ${choice}.`, {
      cause,
    });
  }
}

function checkWayOut(vpc: IVpc, mode: NetworkMode, subnets: readonly ISubnet[]): void {
  const isolated = subnets.find((subnet) => vpc.isolatedSubnets.includes(subnet));
  if (mode === 'nat' && isolated) {
    throw new Error(
      `network: it is nat, but ${nameOf(isolated)} of functionSubnets has no route to a NAT gateway. Choose private subnets with a route to the internet, or use isolated.`,
    );
  }
  const withoutRange = subnets.find((subnet) => {
    const { defaultChild } = subnet.node;
    return defaultChild instanceof CfnSubnet && !defaultChild.ipv6CidrBlock;
  });
  if (mode === 'ipv6' && withoutRange) {
    throw new Error(
      `network: it is ipv6, but ${nameOf(withoutRange)} of functionSubnets has no IPv6 range. Make the VPC dual-stack (ipProtocol: IpProtocol.DUAL_STACK), or use nat or isolated.`,
    );
  }
}

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
function checkZones({ subnets, availabilityZones: zones }: SelectedSubnets): void {
  const areUnknown = zones.some((zone) => Token.isUnresolved(zone));
  if (subnets.length >= 2 && (areUnknown || new Set(zones).size >= 2)) return;
  const found = subnets.map(
    (subnet) => `${nameOf(subnet)}${areUnknown ? '' : ` in ${subnet.availabilityZone}`}`,
  );
  throw new Error(
    `database: databaseSubnets must have subnets in two zones at least, as RDS requires; it has ${found.join(', ') || 'none'}.`,
  );
}

const nameOf = ({ subnetId, node }: ISubnet) => (Token.isUnresolved(subnetId) ? node.path : subnetId);
