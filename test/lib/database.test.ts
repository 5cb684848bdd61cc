import { isDeepStrictEqual } from 'node:util';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { createDatabase, type DatabaseProps } from '../../lib/create-database.ts';
import { memoryParameters } from '../../lib/memory-parameters.ts';
import type { NetworkMode } from '../../lib/network.ts';
import { type Resource, resourcesOf, synthesize, theResource } from './template.ts';

const synthesizeDatabase = (database: DatabaseProps, network?: NetworkMode) =>
  synthesize((stack) => {
    createDatabase(stack, database, network);
  });

const secretId = 'belfry/database';
const network = { vpcId: 'vpc-1', subnetIds: ['subnet-1'], securityGroupId: 'sg-1' };

describe('A database on RDS', () => {
  const instance = async (props: Omit<DatabaseProps & { mode: 'rds' }, 'mode'> = {}) =>
    theResource(await synthesizeDatabase({ mode: 'rds', ...props }), 'AWS::RDS::DBInstance');

  it('is PostgreSQL 18 on the smallest instance, encrypted, private and backed up for a week', async () => {
    expect((await instance()).Properties).toMatchObject({
      Engine: 'postgres',
      EngineVersion: expect.stringMatching(/^18/),
      DBInstanceClass: 'db.t4g.micro',
      MultiAZ: false,
      StorageEncrypted: true,
      PubliclyAccessible: false,
      EnableIAMDatabaseAuthentication: true,
      BackupRetentionPeriod: 7,
      DeletionProtection: true,
    });
  });

  it('may be larger, doubled, backed up for longer and not protected from deletion', async () => {
    const props = { instanceType: 'm8g.large', multiAz: true, backupRetentionDays: 35 };
    expect((await instance({ ...props, deletionProtection: false })).Properties).toMatchObject({
      DBInstanceClass: 'db.m8g.large',
      MultiAZ: true,
      BackupRetentionPeriod: 35,
      DeletionProtection: false,
    });
  });

  it('grows from 20 to 100 GiB, or to the given limit', async () => {
    expect((await instance()).Properties).toMatchObject({ AllocatedStorage: '20', MaxAllocatedStorage: 100 });
    expect((await instance({ maxStorageGiB: 500 })).Properties.MaxAllocatedStorage).toBe(500);
  });

  it.each([20, 21.5, 65_537])('does not grow to %d GiB', async (maxStorageGiB) => {
    await expect(instance({ maxStorageGiB })).rejects.toThrow(
      `database: maxStorageGiB must be a whole number from 22 to 65536; it is ${maxStorageGiB}.`,
    );
  });

  it('has a parameter group that leaves memory for sign-ins, whatever its class', async () => {
    for (const instanceType of ['t4g.micro', 'm8g.large']) {
      const template = await synthesizeDatabase({ mode: 'rds', instanceType });
      const { id, Properties } = theResource(template, 'AWS::RDS::DBParameterGroup');
      expect(theResource(template, 'AWS::RDS::DBInstance').Properties.DBParameterGroupName).toEqual({
        Ref: id,
      });
      expect(Properties).toMatchObject({ Family: 'postgres18', Parameters: memoryParameters });
    }
  });

  it('leaves a snapshot, protected or not', async () => {
    for (const deletionProtection of [true, false]) {
      expect(await instance({ deletionProtection })).toMatchObject({
        DeletionPolicy: 'Snapshot',
        UpdateReplacePolicy: 'Snapshot',
      });
    }
  });

  it.each([0, 36, 1.5])('is not backed up for %d days', async (backupRetentionDays) => {
    await expect(instance({ backupRetentionDays })).rejects.toThrow(
      `database: backupRetentionDays must be a whole number from 1 to 35; it is ${backupRetentionDays}.`,
    );
  });
});

describe('A database on Aurora', () => {
  const cluster = async (props: Omit<DatabaseProps & { mode: 'aurora' }, 'mode'> = {}) =>
    theResource(await synthesizeDatabase({ mode: 'aurora', ...props }), 'AWS::RDS::DBCluster');

  it('is a serverless PostgreSQL that pauses when idle, encrypted, backed up, and signed in to by IAM', async () => {
    const { Properties, DeletionPolicy } = await cluster();
    expect(DeletionPolicy).toBe('Snapshot');
    expect(Properties).toMatchObject({
      Engine: 'aurora-postgresql',
      EngineVersion: expect.stringMatching(/^18/),
      ServerlessV2ScalingConfiguration: { MinCapacity: 0, MaxCapacity: 4, SecondsUntilAutoPause: 300 },
      StorageEncrypted: true,
      EnableIAMDatabaseAuthentication: true,
      BackupRetentionPeriod: 7,
      DeletionProtection: true,
    });
  });

  it('does not pause if it is to keep some capacity', async () => {
    expect((await cluster({ minCapacity: 0.5, maxCapacity: 16 })).Properties).toMatchObject({
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 16 },
    });
    const { Properties } = await cluster({ minCapacity: 0.5 });
    expect(Properties.ServerlessV2ScalingConfiguration).not.toHaveProperty('SecondsUntilAutoPause');
  });

  it('has one private instance', async () => {
    const template = await synthesizeDatabase({ mode: 'aurora' });
    expect(theResource(template, 'AWS::RDS::DBInstance').Properties).toMatchObject({
      DBInstanceClass: 'db.serverless',
      PubliclyAccessible: false,
    });
  });

  it.each([
    [0, 0.5],
    [2, 1],
    [0.3, 4],
    [0, 257],
    [-1, 4],
  ])('does not scale from %d to %d ACUs', async (minCapacity, maxCapacity) => {
    await expect(cluster({ minCapacity, maxCapacity })).rejects.toThrow(
      `database: minCapacity (0 to 256) and maxCapacity (1 to 256) are ACUs in steps of 0.5`,
    );
  });
});

describe('A restored database', () => {
  const resourcesGranted = async (database: DatabaseProps) => {
    const template = await synthesize((stack) => {
      const made = createDatabase(stack, database).database;
      made.grantConnect(
        new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
        'reader',
      );
    });
    const { PolicyDocument } = theResource(template, 'AWS::IAM::Policy').Properties;
    return JSON.stringify(Object(PolicyDocument).Statement);
  };

  it.each([
    ['rds', 'db-OLD', 'db-NEW', 'DbiResourceId'],
    ['aurora', 'cluster-OLD', 'cluster-NEW', 'DBClusterResourceId'],
  ] as const)('of %s is granted beside the one that the stack made', async (mode, one, other, attribute) => {
    const granted = await resourcesGranted({ mode, restoredResourceIds: [one, other] });
    expect(granted).toContain(attribute);
    for (const id of [one, other]) {
      expect(granted).toMatch(new RegExp(`:dbuser:${id}/belfry_reader_[0-9a-f]{8}"`));
      expect(granted).toMatch(new RegExp(`:dbuser:${id}/belfry_reader"`));
    }
    expect(granted).not.toContain('*');
  });

  it.each(['*', 'belfry-restored', 'db-a*'])('is not granted by %s', async (id) => {
    await expect(resourcesGranted({ mode: 'rds', restoredResourceIds: [id] })).rejects.toThrow(
      `database: restoredResourceIds must be resource ids such as db-ABCDEFGHIJKL01234, with Aurora cluster-ABCDEFGHIJKL01234; one is "${id}".`,
    );
  });
});

describe('An existing database', () => {
  it('makes nothing, in a VPC or outside', async () => {
    for (const [props, mode] of [[{}], [network, 'ipv6']] as const) {
      const template = await synthesizeDatabase({ mode: 'existing', secretId, ...props }, mode);
      expect(template.toJSON().Resources).toBeUndefined();
    }
  });

  it('is reached with the connection strings of its secret, the owner’s by the migration alone', async () => {
    await synthesize((stack) => {
      const { database } = createDatabase(stack, { mode: 'existing', secretId, secretVersionId: 'v2' });
      const resolved = (key: string) => `{{resolve:secretsmanager:${secretId}:SecretString:${key}::v2}}`;
      expect(stack.resolve(database.environment('reader'))).toEqual({
        DATABASE_URL: resolved('reader'),
      });
      expect(stack.resolve(database.environment('writer'))).toEqual({
        DATABASE_URL: resolved('writer'),
      });
      expect(stack.resolve(database.ownerEnvironment())).toEqual({
        DATABASE_URL: resolved('owner'),
        DATABASE_READER_URL: resolved('reader'),
        DATABASE_WRITER_URL: resolved('writer'),
        DATABASE_PURGER_URL: resolved('purger'),
        INSTALLATION: expect.anything(),
      });
    });
  });

  it.each([
    [{ secretId: '' }, undefined, 'secretId is empty. It must name the secret'],
    [{ secretId, vpcId: 'vpc-1' }, undefined, 'vpcId, subnetIds and securityGroupId belong together'],
    [{ secretId, vpcId: 'vpc-1', subnetIds: ['subnet-1'] }, undefined, 'belong together'],
    [{ secretId, subnetIds: ['subnet-1'], securityGroupId: 'sg-1' }, undefined, 'belong together'],
    [{ secretId }, 'nat', 'network: it is nat, but an existing database without a vpcId has no network'],
    [{ secretId, ...network }, undefined, 'network: say how functions leave the existing VPC'],
  ] as const)('is refused as %j with network %s', async (props, network, message) => {
    await expect(synthesizeDatabase({ mode: 'existing', ...props }, network)).rejects.toThrow(message);
  });
});

describe('The network', () => {
  const synthesizeNetwork = (mode: NetworkMode) => synthesizeDatabase({ mode: 'rds' }, mode);

  it.each([
    ['ipv6', { NatGateway: 0, InternetGateway: 0, EgressOnlyInternetGateway: 1 }],
    // The egress-only gateway costs nothing, and nothing there uses it.
    ['nat', { NatGateway: 1, InternetGateway: 1, EgressOnlyInternetGateway: 1 }],
    ['isolated', { NatGateway: 0, InternetGateway: 0, EgressOnlyInternetGateway: 0 }],
  ] as const)('%s has just these gateways: %j', async (mode, gateways) => {
    const template = await synthesizeNetwork(mode);
    for (const [name, count] of Object.entries(gateways))
      template.resourceCountIs(`AWS::EC2::${name}`, count);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 1);
  });

  describe('can be changed in place', () => {
    const changes = [
      ['ipv6', 'nat'],
      ['ipv6', 'isolated'],
      ['nat', 'isolated'],
    ] as const;

    it.each(changes)(
      'between %s and %s: what is in both differs only in what is updated in place',
      async (one, other) => {
        const [before, after] = await Promise.all([one, other].map(allResources));
        const changed = Object.keys(before ?? {}).flatMap((id) => differences(before?.[id], after?.[id]));
        const inPlace = ['Subnet.Tags', 'VPCEndpoint.RouteTableIds'];
        expect(changed.filter((name) => !inPlace.includes(name))).toEqual([]);
      },
    );

    it.each(changes)('between %s and %s: only ways out come and go', async (one, other) => {
      const [before = {}, after = {}] = await Promise.all([one, other].map(allResources));
      const all = { ...before, ...after };
      const alone = Object.keys(all).filter((id) => !(id in before && id in after));
      const others = alone.filter((id) => !/Public|DefaultRoute|EIGW|IGW|VPCGW/.test(id));
      expect(alone.length).toBeGreaterThan(0);
      expect(others).toEqual([]);
    });

    it('from one that has IPv6 to one that does not use it, and back: every subnet has its ranges in each', async () => {
      for (const mode of ['ipv6', 'nat', 'isolated'] as const) {
        const subnets = resourcesOf(await synthesizeNetwork(mode), 'AWS::EC2::Subnet');
        const held = Object.entries(subnets).filter(([id]) => /Functions|Database/.test(id));
        expect(held).toHaveLength(4);
        for (const [, { Properties }] of held) expect(Properties).toHaveProperty('Ipv6CidrBlock');
      }
    });

    const allResources = async (mode: NetworkMode): Promise<Record<string, Resource>> =>
      (await synthesizeNetwork(mode)).toJSON().Resources;

    /** The properties, as `Subnet.Tags`, by which a resource differs from itself in another mode. */
    function differences(one?: Resource, other?: Resource): string[] {
      if (!one || !other) return [];
      const names = Object.keys({ ...one.Properties, ...other.Properties });
      const type = one.Type.split('::').at(-1);
      return names
        .filter((name) => !isDeepStrictEqual(one.Properties[name], other.Properties[name]))
        .map((name) => `${type}.${name}`);
    }
  });

  it('accepts connections of the functions only', async () => {
    const template = await synthesizeNetwork('isolated');
    const { Properties } = theResource(template, 'AWS::EC2::SecurityGroupIngress');
    expect(Properties).toMatchObject({ IpProtocol: 'tcp', SourceSecurityGroupId: expect.anything() });
  });
});
