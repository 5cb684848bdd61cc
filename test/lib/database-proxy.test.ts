import { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import type { ManagedDatabaseEnvironment } from '../../functions/platform/environment.ts';
import { createDatabase, type DatabaseProps } from '../../lib/create-database.ts';
import { memoryOf } from '../../lib/instance-memory.ts';
import type { NetworkMode } from '../../lib/network.ts';
import { resourcesOf, synthesize, synthesizeApp, theResource } from './template.ts';

const rds: DatabaseProps = { mode: 'rds', proxy: true };
const aurora: DatabaseProps = { mode: 'aurora', minCapacity: 0.5, proxy: true };
const both = [
  ['rds', rds],
  ['aurora', aurora],
] as const;

/** A database with a function's role that may sign in to it as a writer. */
async function withFunction(props: DatabaseProps, mode?: NetworkMode) {
  let environments: { writer: unknown; owner: unknown } | undefined;
  const template = await synthesize((stack) => {
    const { database } = createDatabase(stack, props, mode);
    const role = new Role(stack, 'Function', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    database.grantConnect(role, 'writer');
    environments = {
      writer: stack.resolve(database.environment('writer')),
      owner: stack.resolve(database.ownerEnvironment()),
    };
  });
  return { template, ...environments };
}

const proxyOf = (template: Template) => theResource(template, 'AWS::RDS::DBProxy');
const groupOf = (template: Template) => theResource(template, 'AWS::RDS::DBProxyTargetGroup');
const poolOf = (template: Template) => Object(groupOf(template).Properties.ConnectionPoolConfigurationInfo);

/** The resources that a role may sign in to, as JSON each. */
function signInsOf(template: Template, role: string): string[] {
  const { Properties } = theResource(template, 'AWS::IAM::Policy', ({ id }) => id.startsWith(role));
  const { Statement } = Object(Properties.PolicyDocument);
  expect(Statement).toHaveLength(1);
  expect(Statement[0]).toMatchObject({ Action: 'rds-db:connect', Effect: 'Allow' });
  return [Statement[0].Resource].flat().map((resource) => JSON.stringify(resource));
}

describe.each(both)('A proxy in front of %s', (mode, props) => {
  const attribute = mode === 'rds' ? 'DbiResourceId' : 'DBClusterResourceId';

  it('takes IAM tokens over TLS alone, from functions, and passes no secret on', async () => {
    const { template } = await withFunction(props);
    expect(proxyOf(template).Properties).toMatchObject({
      EngineFamily: 'POSTGRESQL',
      DefaultAuthScheme: 'IAM_AUTH',
      RequireTLS: true,
      DBProxyName: expect.stringMatching(/^Test-Database-Proxy-Proxy-[0-9a-f]{8}$/),
    });
    expect(proxyOf(template).Properties).not.toHaveProperty('Auth');
    expect(JSON.stringify(proxyOf(template))).not.toMatch(/Secret/i);
  });

  it('signs in to the database as the users of the functions, and to nothing else', async () => {
    const { template } = await withFunction(props);
    const signIns = signInsOf(template, 'DatabaseProxyRole');
    expect(signIns).toHaveLength(3);
    for (const user of ['reader', 'writer', 'purger'])
      expect(signIns.join()).toMatch(new RegExp(`${attribute}"\\]},"/belfry_${user}_[0-9a-f]{8}"`));
    expect(signIns.join()).not.toMatch(/\*|owner/);
    const { id } = theResource(template, 'AWS::IAM::Policy', (each) =>
      each.id.startsWith('DatabaseProxyRole'),
    );
    expect(proxyOf(template).DependsOn).toContain(id);
  });

  it('is what a function signs in to, as its user, and the database until its deployment is through', async () => {
    const { template } = await withFunction(props);
    const signIns = signInsOf(template, 'Function');
    const toProxy = signIns.filter((each) => each.includes('DBProxyArn'));
    expect(toProxy).toHaveLength(1);
    expect(toProxy[0]).toMatch(/\/belfry_writer_[0-9a-f]{8}"/);
    expect(signIns.filter((each) => each.includes(attribute))).toHaveLength(2);
    expect(signIns).toHaveLength(3);
    expect(signIns.join()).not.toContain('*');
  });

  it('is the host of functions, while the migration reaches the database itself', async () => {
    const { template, writer, owner } = await withFunction(props);
    const { id } = proxyOf(template);
    expect(writer).toMatchObject({
      DATABASE_HOST: { 'Fn::GetAtt': [id, 'Endpoint'] },
      DATABASE_PORT: '5432',
      DATABASE_IS_PROXY: 'true',
    } satisfies Partial<Record<keyof ManagedDatabaseEnvironment, unknown>>);
    expect(JSON.stringify(owner)).not.toContain(id);
    expect(owner).not.toHaveProperty('DATABASE_IS_PROXY');
  });

  it('lets a statement wait for 10 seconds, and filters no pinning, which PostgreSQL does not have', async () => {
    const { template } = await withFunction(props);
    expect(poolOf(template)).toMatchObject({ ConnectionBorrowTimeout: 10 });
    expect(poolOf(template)).not.toHaveProperty('SessionPinningFilters');
    expect(proxyOf(template).Properties.IdleClientTimeout).toBe(60);
  });

  it('has a database that ends statements itself, because a session cannot ask for it', async () => {
    const { template } = await withFunction(props);
    const type = mode === 'rds' ? 'AWS::RDS::DBParameterGroup' : 'AWS::RDS::DBClusterParameterGroup';
    expect(theResource(template, type).Properties.Parameters).toMatchObject({ statement_timeout: '20000' });
  });

  it.each(['ipv6', 'nat', 'isolated'] as const)(
    'has a security group of its own in the mode %s',
    async (network) => {
      const { template } = await withFunction(props, network);
      const [proxys] = Object(proxyOf(template).Properties.VpcSecurityGroupIds);
      const [group] = Object(proxys)['Fn::GetAtt'];
      const rules = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'));
      const ofProxy = rules.filter(({ Properties }) => JSON.stringify(Properties.GroupId).includes(group));
      expect(ofProxy.map(({ Properties }) => Properties)).toMatchObject([
        { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: expect.anything() },
      ]);
      const fromProxy = rules.filter(({ Properties }) =>
        JSON.stringify(Properties.SourceSecurityGroupId).includes(group),
      );
      expect(fromProxy).toHaveLength(1);
      const { SecurityGroupEgress } = theResource(
        template,
        'AWS::EC2::SecurityGroup',
        ({ id }) => id === group,
      ).Properties;
      expect(JSON.stringify(SecurityGroupEgress ?? [])).not.toContain('0.0.0.0/0');
      // IPv4, in which the database is reached too.
      expect(proxyOf(template).Properties).not.toHaveProperty('EndpointNetworkType');
    },
  );
});

describe('The connections of a proxy', () => {
  it.each([
    ['t4g.micro', 26],
    ['t4g.small', 13],
    ['m8g.large', 3],
    ['r8g.large', 1],
    ['m8g.4xlarge', 1],
  ])('are 30 at most on %s: %d percent', async (instanceType, percent) => {
    const { template } = await withFunction({ mode: 'rds', proxy: true, instanceType });
    expect(poolOf(template).MaxConnectionsPercent).toBe(percent);
  });

  it('follow the greatest capacity of Aurora', async () => {
    const { template } = await withFunction({
      mode: 'aurora',
      minCapacity: 0.5,
      maxCapacity: 2,
      proxy: true,
    });
    expect(poolOf(template).MaxConnectionsPercent).toBe(6);
  });

  it.each([
    ['t4g.micro', 1],
    ['t4g.medium', 4],
    ['m8g.xlarge', 16],
    ['r8g.2xlarge', 64],
    ['x2g.metal', Number.POSITIVE_INFINITY],
  ])('follow the memory of %s: %d GiB', (instanceType, gib) => {
    expect(memoryOf(instanceType)).toBe(gib);
  });
});

describe('A proxy', () => {
  it('is not there unless it is asked for', async () => {
    for (const mode of ['rds', 'aurora'] as const) {
      const { template, writer } = await withFunction({ mode });
      template.resourceCountIs('AWS::RDS::DBProxy', 0);
      expect(writer).not.toHaveProperty('DATABASE_IS_PROXY');
      expect(JSON.stringify(template.toJSON())).not.toContain('statement_timeout');
    }
  });

  it('signs in to a restored database too', async () => {
    const { template } = await withFunction({ ...rds, restoredResourceIds: ['db-RESTORED'] });
    const restored = signInsOf(template, 'DatabaseProxyRole').filter((each) => each.includes('db-RESTORED'));
    expect(restored).toHaveLength(3);
  });

  it('has a name that RDS takes, however the stack is called', async () => {
    for (const stackName of ['a--b', `${'x'.repeat(43)}-${'y'.repeat(80)}`]) {
      const template = await synthesizeApp((app) => {
        const stack = new Stack(app, 'Named', { stackName });
        createDatabase(stack, rds);
        return stack;
      });
      const { DBProxyName } = proxyOf(template).Properties;
      expect(DBProxyName).toMatch(/^[A-Za-z](-?[A-Za-z0-9])*$/);
      expect(String(DBProxyName).length).toBeLessThanOrEqual(63);
    }
  });

  it('is refused in front of an Aurora that is to pause, because it would not', async () => {
    await expect(withFunction({ mode: 'aurora', proxy: true })).rejects.toThrow(
      'database: minCapacity is 0, so that Aurora pauses, but behind a proxy it never pauses. Set minCapacity to 0.5 or more, or leave proxy out.',
    );
  });

  it('is refused in front of an existing database', async () => {
    // The cast: in JavaScript the prop can be set.
    const props = { mode: 'existing', secretId: 's', proxy: true } as DatabaseProps;
    await expect(withFunction(props)).rejects.toThrow(
      'database: proxy is for rds and aurora. An existing database is reached by its connection strings: leave proxy out.',
    );
  });
});
