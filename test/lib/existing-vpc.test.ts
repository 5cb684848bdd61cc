import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  GatewayVpcEndpointAwsService,
  IpProtocol,
  type IVpc,
  SubnetType,
  Vpc,
  type VpcProps,
} from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { createDatabase, type DatabaseProps } from '../../lib/create-database.ts';
import type { NetworkMode } from '../../lib/network.ts';
import type { ExistingVpcProps } from '../../lib/network-in-vpc.ts';
import { NotificationsStack, type NotificationsStackProps } from '../../lib/notifications-stack.ts';
import { type Resource, resourcesOf, synthesize, synthesizeApp, theResource } from './template.ts';

const [egress, isolated, open] = [
  { name: 'Apps', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
  { name: 'Data', subnetType: SubnetType.PRIVATE_ISOLATED },
  { name: 'Front', subnetType: SubnetType.PUBLIC },
];
const dynamoDb = { gatewayEndpoints: { DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB } } };
const dualStack: VpcProps = {
  ...dynamoDb,
  ipProtocol: IpProtocol.DUAL_STACK,
  natGateways: 0,
  subnetConfiguration: [egress, isolated],
};
const withNat: VpcProps = { natGateways: 1, subnetConfiguration: [open, egress, isolated] };
const closed: VpcProps = { ...dynamoDb, natGateways: 0, subnetConfiguration: [isolated] };

interface Attempt extends Omit<ExistingVpcProps, 'vpc'> {
  network?: NetworkMode;
  mode?: 'rds' | 'aurora';
}

/** A database in a VPC that another part of the app has made. */
const inVpcOf = (vpcProps: VpcProps, { network, mode = 'rds', ...choice }: Attempt = {}) =>
  synthesize((stack) => {
    // The cast: under exactOptionalPropertyTypes the CDK's classes do not match its own interfaces.
    const vpc = new Vpc(stack, 'Shared', vpcProps) as IVpc;
    createDatabase(stack, { mode, vpc, ...choice }, network);
  });

const typesWithout = async (template: Template, without: (id: string) => boolean) => {
  const all: Record<string, Resource> = template.toJSON().Resources;
  const kept = Object.entries(all).filter(([id]) => !without(id));
  return new Set(kept.map(([, { Type }]) => Type));
};

describe('A database in an existing VPC', () => {
  it.each([
    ['rds', 'ipv6', dualStack],
    ['rds', 'nat', withNat],
    ['rds', 'isolated', closed],
    ['aurora', 'ipv6', dualStack],
    ['aurora', 'isolated', closed],
  ] as const)(
    'of %s with %s adds security groups to the VPC, and nothing else',
    async (mode, network, vpc) => {
      const types = await typesWithout(await inVpcOf(vpc, { mode, network }), (id) =>
        id.startsWith('Shared'),
      );
      const ofEc2 = [...types].filter((type) => type.startsWith('AWS::EC2::'));
      expect(ofEc2.toSorted()).toEqual([
        'AWS::EC2::SecurityGroup',
        'AWS::EC2::SecurityGroupEgress',
        'AWS::EC2::SecurityGroupIngress',
      ]);
    },
  );

  it('is in its isolated subnets, or in its private ones if it has no isolated ones', async () => {
    const subnetsIn = async (vpc: VpcProps) => {
      const group = theResource(await inVpcOf(vpc, { network: 'nat' }), 'AWS::RDS::DBSubnetGroup');
      return JSON.stringify(group.Properties.SubnetIds);
    };
    expect(await subnetsIn(withNat)).toMatch(/Data.*Data/);
    expect(await subnetsIn(withNat)).not.toContain('Apps');
    expect(await subnetsIn({ natGateways: 1, subnetConfiguration: [open, egress] })).toMatch(/Apps.*Apps/);
  });

  it('and its functions are in the subnets that are chosen', async () => {
    const subnetConfiguration = [open, egress, isolated, { ...isolated, name: 'Ours' }];
    const template = await inVpcOf(
      { natGateways: 1, subnetConfiguration },
      { network: 'nat', databaseSubnets: { subnetGroupName: 'Ours' } },
    );
    const { SubnetIds } = theResource(template, 'AWS::RDS::DBSubnetGroup').Properties;
    expect(JSON.stringify(SubnetIds)).toMatch(/Ours.*Ours/);
    expect(JSON.stringify(SubnetIds)).not.toContain('Data');
  });

  it('is never reachable from the internet', async () => {
    const template = await inVpcOf(withNat, { network: 'nat' });
    expect(theResource(template, 'AWS::RDS::DBInstance').Properties.PubliclyAccessible).toBe(false);
  });
});

describe('A stack in an existing VPC', () => {
  const stackIn = (props: (app: App) => NotificationsStackProps) =>
    synthesizeApp((app) => new NotificationsStack(app, 'Belfry', props(app)));

  /** The subnets of the functions, by which each of them is in the VPC. */
  const subnetsOfFunctions = (template: Template) =>
    new Set(
      Object.values(resourcesOf(template, 'AWS::Lambda::Function'))
        .filter(({ Properties }) => Properties.VpcConfig)
        .map(({ Properties }) => JSON.stringify(Object(Properties.VpcConfig).SubnetIds)),
    );

  it('that is known by ids needs no look-up', async () => {
    const vpcIds = { vpcId: 'vpc-1', subnetIds: ['subnet-1'], databaseSubnetIds: ['subnet-2', 'subnet-3'] };
    const template = await stackIn(() => ({ vpcIds, network: 'ipv6' }));
    template.resourceCountIs('AWS::EC2::VPC', 0);
    template.resourceCountIs('AWS::EC2::Subnet', 0);
    expect(theResource(template, 'AWS::RDS::DBSubnetGroup').Properties.SubnetIds).toEqual([
      'subnet-2',
      'subnet-3',
    ]);
    expect(subnetsOfFunctions(template)).toEqual(new Set(['["subnet-1"]']));
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroup')))
      expect(Properties.VpcId).toBe('vpc-1');
  });

  it('that another stack of the app has made uses its subnets', async () => {
    const template = await stackIn((app) => {
      const vpc = new Vpc(new Stack(app, 'Platform'), 'Shared', withNat) as IVpc;
      return { database: { mode: 'rds', vpc }, network: 'nat' };
    });
    template.resourceCountIs('AWS::EC2::VPC', 0);
    expect([...subnetsOfFunctions(template)].join()).toMatch(/Platform.*AppsSubnet1.*AppsSubnet2/);
  });

  it('that is imported by its attributes uses its subnets', async () => {
    const template = await synthesize((stack) => {
      const vpc = Vpc.fromVpcAttributes(stack, 'Shared', {
        vpcId: 'vpc-1',
        availabilityZones: ['a', 'b'],
        privateSubnetIds: ['subnet-1', 'subnet-2'],
        privateSubnetRouteTableIds: ['rtb-1', 'rtb-1'],
      });
      createDatabase(stack, { mode: 'rds', vpc }, 'nat');
    });
    expect(theResource(template, 'AWS::RDS::DBSubnetGroup').Properties.SubnetIds).toEqual([
      'subnet-1',
      'subnet-2',
    ]);
  });

  describe('that is looked up', () => {
    const env = { account: '111122223333', region: 'eu-central-1' };
    const key = `vpc-provider:account=${env.account}:filter.vpc-id=vpc-1:region=${env.region}:returnAsymmetricSubnets=true`;
    const subnets = (name: string) =>
      ['a', 'b'].map((zone) => ({
        subnetId: `subnet-${name}-${zone}`,
        cidr: '10.0.0.0/24',
        availabilityZone: `${env.region}${zone}`,
        routeTableId: 'rtb-1',
      }));
    const found = {
      vpcId: 'vpc-1',
      vpcCidrBlock: '10.0.0.0/16',
      ownerAccountId: env.account,
      availabilityZones: [],
      subnetGroups: [
        { name: 'Public', type: 'Public', subnets: subnets('public') },
        { name: 'Private', type: 'Private', subnets: subnets('private') },
      ],
    };
    const inOneZone = {
      ...found,
      subnetGroups: found.subnetGroups.map((group) => ({
        ...group,
        subnets: group.subnets.map((subnet) => ({ ...subnet, availabilityZone: 'eu-central-1a' })),
      })),
    };
    const lookUp = (network: NetworkMode, context: Record<string, unknown>) =>
      synthesizeApp((app) => {
        for (const [name, value] of Object.entries(context)) app.node.setContext(name, value);
        const stack = new Stack(app, 'Shop', { env });
        const vpc = Vpc.fromLookup(stack, 'Shared', { vpcId: 'vpc-1' });
        createDatabase(stack, { mode: 'rds', vpc }, network);
        return stack;
      });

    it.each(['ipv6', 'nat', 'isolated'] as const)(
      'is not judged with %s before it is found',
      async (network) => {
        await expect(lookUp(network, {})).resolves.toBeInstanceOf(Template);
      },
    );

    it('uses the subnets that are found', async () => {
      const template = await lookUp('nat', { [key]: found });
      expect(theResource(template, 'AWS::RDS::DBSubnetGroup').Properties.SubnetIds).toEqual([
        'subnet-private-a',
        'subnet-private-b',
      ]);
    });

    it('is refused if it has private subnets in one zone alone', async () => {
      await expect(lookUp('nat', { [key]: inOneZone })).rejects.toThrow(
        'it has subnet-private-a in eu-central-1a, subnet-private-b in eu-central-1a.',
      );
    });
  });
});

describe('An existing VPC is refused', () => {
  const publicSubnets = { subnetType: SubnetType.PUBLIC };
  const noZone = { availabilityZones: ['nowhere'] };

  it.each([
    ['without a network mode', withNat, {}, 'network: say how functions leave the existing VPC: ipv6 if'],
    [
      'with nat, if the functions are in isolated subnets',
      closed,
      { network: 'nat', functionSubnets: { subnetGroupName: 'Data' } },
      'network: it is nat, but Test/Shared/DataSubnet1 of functionSubnets has no route to a NAT gateway.',
    ],
    [
      'with nat, if it has no subnets with a route',
      closed,
      { network: 'nat' },
      'Choose others with functionSubnets.',
    ],
    [
      'with ipv6, if its subnets have no IPv6 range',
      { ...withNat, ...dynamoDb },
      { network: 'ipv6' },
      'network: it is ipv6, but Test/Shared/AppsSubnet1 of functionSubnets has no IPv6 range. Make the VPC dual-stack',
    ],
    [
      'with ipv6, if it has no endpoint for DynamoDB',
      { ...dualStack, gatewayEndpoints: {} },
      { network: 'ipv6' },
      'network is ipv6, and the VPC has no endpoint for DynamoDB',
    ],
    [
      'with isolated, if it has no endpoint for DynamoDB',
      { ...closed, gatewayEndpoints: {} },
      { network: 'isolated' },
      'network is isolated, and the VPC has no endpoint for DynamoDB',
    ],
    [
      'if the functions are in public subnets',
      withNat,
      { network: 'nat', functionSubnets: publicSubnets },
      'database: functionSubnets has public subnets.',
    ],
    [
      'if the database is in public subnets',
      withNat,
      { network: 'nat', databaseSubnets: publicSubnets },
      'database: databaseSubnets has public subnets.',
    ],
    [
      'if the database is in no two zones',
      withNat,
      { network: 'nat', databaseSubnets: noZone },
      'database: databaseSubnets must have subnets in two zones at least, as RDS requires; it has none.',
    ],
    [
      'if it has no private subnets',
      { natGateways: 0, subnetConfiguration: [open] },
      { network: 'isolated' },
      'Choose others with functionSubnets.',
    ],
  ] satisfies [string, VpcProps, Attempt, string][])('%s', async (_, vpc, attempt, message) => {
    await expect(inVpcOf(vpc, attempt)).rejects.toThrow(message);
  });

  it('if subnets are chosen without it', async () => {
    const database: DatabaseProps = { mode: 'rds', functionSubnets: { subnetGroupName: 'Apps' } };
    await expect(synthesize((stack) => void createDatabase(stack, database, 'nat'))).rejects.toThrow(
      'database: functionSubnets and databaseSubnets choose among the subnets of vpc. Set vpc, or leave them out.',
    );
  });

  it.each([{ mode: 'existing', secretId: 's' } as const, { mode: 'rds', vpc: {} as IVpc } as const])(
    'by ids, if the database has its own',
    async (database) => {
      const vpcIds = { vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'] };
      const stack = synthesizeApp(
        (app) => new NotificationsStack(app, 'Belfry', { database, vpcIds, network: 'nat' }),
      );
      await expect(stack).rejects.toThrow('vpcIds is for a database of the stack that names no VPC itself.');
    },
  );

  it('by ids, if the database has one subnet', async () => {
    const vpcIds = { vpcId: 'vpc-1', subnetIds: ['subnet-1'] };
    const stack = synthesizeApp((app) => new NotificationsStack(app, 'Belfry', { vpcIds, network: 'nat' }));
    await expect(stack).rejects.toThrow(
      'database: databaseSubnets must have subnets in two zones at least, as RDS requires; it has subnet-1.',
    );
  });
});
