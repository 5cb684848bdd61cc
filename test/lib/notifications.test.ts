import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { beforeAll, describe, expect, it } from 'vitest';
import { Notifications } from '../../lib/notifications.ts';
import { NotificationsStack } from '../../lib/notifications-stack.ts';
import {
  emptyStack,
  type Resource,
  resourcesOf,
  synthesize,
  synthesizeApp,
  theResource,
} from './template.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

let template: Template;
beforeAll(async () => {
  template = await synthesizeApp((app) => new NotificationsStack(app, 'Belfry', {}));
});

/** Belfry's own functions by what is in their logical ids; the CDK adds providers of its own. */
const names = [
  'Create',
  'Read',
  'Update',
  'Migrate',
  'Authorize',
  'Connect',
  'Disconnect',
  'Message',
  'Deliver',
  'Count',
  'Tick',
  'Publish',
  'Purge',
] as const;
type Name = (typeof names)[number];

const functionOf = (name: Name) =>
  theResource(template, 'AWS::Lambda::Function', ({ Properties }) =>
    JSON.stringify(Properties.LoggingConfig ?? '').includes(`${name}Logs`),
  );
const environmentOf = (name: Name): Record<string, unknown> => {
  const environment = functionOf(name).Properties.Environment;
  return environment && typeof environment === 'object' && 'Variables' in environment
    ? Object(environment.Variables)
    : {};
};
const listOf = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value]);

function statementsIn(policy: unknown): Statement[] {
  // The cast: the shape of every policy document in a template.
  return (policy as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement;
}

/** What a function's role may do by policies of the stack. */
function statementsOf(name: Name): Statement[] {
  const role = JSON.stringify(functionOf(name).Properties.Role);
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => listOf(Properties.Roles).some((each) => role.includes(Object(each).Ref)))
    .flatMap(({ Properties }) => statementsIn(Properties));
}
const actionsOf = (name: Name): string[] =>
  statementsOf(name)
    .flatMap(({ Action }) => Action)
    .toSorted();
const textOf = (value: unknown) => JSON.stringify(value);

describe('Every function', () => {
  it('runs on Node 24, and Belfry’s own on arm64 with logs in JSON', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::Function'))) {
      expect(Properties.Runtime).toBe('nodejs24.x');
    }
    for (const name of names) {
      expect(functionOf(name).Properties).toMatchObject({
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'JSON' },
      });
    }
  });

  it.each(names)('joins the network only if it needs SQL: %s', (name) => {
    const needsSql = ['Create', 'Read', 'Update', 'Tick', 'Migrate', 'Purge'].includes(name);
    expect('VpcConfig' in functionOf(name).Properties).toBe(needsSql);
    expect('DATABASE_HOST' in environmentOf(name)).toBe(needsSql);
  });

  it.each(names)(
    'has only the policies that AWS manages for logs, and for the network where it joins: %s',
    (name) => {
      const [, role] =
        Object.entries(resourcesOf(template, 'AWS::IAM::Role')).find(([id]) =>
          textOf(functionOf(name).Properties.Role).includes(`"${id}"`),
        ) ?? [];
      const managed = textOf(role?.Properties.ManagedPolicyArns).match(/AWSLambda\w+/g);
      const joins = 'VpcConfig' in functionOf(name).Properties;
      expect(managed).toEqual([
        'AWSLambdaBasicExecutionRole',
        ...(joins ? ['AWSLambdaVPCAccessExecutionRole'] : []),
      ]);
    },
  );
});

describe('What a function may do', () => {
  it.each([
    ['Read', ['rds-db:connect']],
    [
      'Update',
      [
        'dynamodb:DeleteItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'execute-api:ManageConnections',
        'rds-db:connect',
      ],
    ],
    [
      'Tick',
      [
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'execute-api:ManageConnections',
        'rds-db:connect',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:SendMessage',
      ],
    ],
    [
      'Publish',
      [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'events:PutEvents',
        'sqs:SendMessage',
      ],
    ],
    ['Migrate', ['rds-db:connect']],
    ['Authorize', []],
    [
      'Connect',
      [
        'dynamodb:DeleteItem',
        'dynamodb:PutItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'execute-api:ManageConnections',
      ],
    ],
    [
      'Deliver',
      [
        'dynamodb:DeleteItem',
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'execute-api:ManageConnections',
        'sqs:SendMessage',
      ],
    ],
    ['Disconnect', ['dynamodb:DeleteItem', 'dynamodb:Query']],
    ['Count', ['dynamodb:Scan', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage']],
    ['Message', []],
    ['Purge', ['rds-db:connect', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage']],
  ] as const)('%s: %j', (name, actions) => expect(actionsOf(name)).toEqual(actions));

  it('Create: as Update, and what its queues and its counts ask for', () => {
    const others = actionsOf('Create').filter((action) => !action.startsWith('sqs:'));
    expect(others).toEqual(actionsOf('Update'));
  });

  it.each([
    ['Read', 'reader'],
    ['Update', 'writer'],
    ['Create', 'writer'],
    ['Tick', 'writer'],
    ['Purge', 'purger'],
  ] as const)(
    '%s signs in to the database as the %s, by its present and its former name alone',
    (name, role) => {
      const user = String(environmentOf(name).DATABASE_USER);
      expect(user).toMatch(new RegExp(`^belfry_${role}_[0-9a-f]{8}$`));
      expect(usersGrantedTo(name)).toEqual([`belfry_${role}`, user]);
    },
  );

  it('Migrate signs in as the owner, and once as each role, by the present names', () => {
    const { DATABASE_READER_USER, DATABASE_WRITER_USER, DATABASE_PURGER_USER, ...others } =
      environmentOf('Migrate');
    expect(usersGrantedTo('Migrate')).toEqual([
      'belfry_owner',
      DATABASE_PURGER_USER,
      DATABASE_READER_USER,
      DATABASE_WRITER_USER,
    ]);
    expect(others.DATABASE_USER).toBe('belfry_owner');
    expect(DATABASE_WRITER_USER).toBe(environmentOf('Create').DATABASE_USER);
  });

  /** The database users that a function may sign in as, in the stack's own database. */
  function usersGrantedTo(name: Name): (string | undefined)[] {
    const connect = statementsOf(name).filter(({ Action }) => Action === 'rds-db:connect');
    expect(connect).toHaveLength(1);
    const { id } = theResource(template, 'AWS::RDS::DBInstance');
    const resources = listOf(connect[0]?.Resource).map(textOf);
    return resources.map((resource) => {
      expect(resource).toContain(`:dbuser:",{"Fn::GetAtt":["${id}","DbiResourceId"]},"/`);
      return /"\/(\w+)"/.exec(resource)?.[1];
    });
  }

  it('Disconnect queries the index alone, and the others the table alone', () => {
    const queried = (name: Name) =>
      textOf(statementsOf(name).find(({ Action }) => listOf(Action).includes('dynamodb:Query'))?.Resource);
    expect(queried('Disconnect')).toContain('/index/by_connection_id');
    expect(queried('Update')).not.toContain('/index/');
    expect(queried('Create')).not.toContain('/index/');
    expect(queried('Deliver')).not.toContain('/index/');
  });

  it('what changes inboxes updates the due time, and no other table but for the counts of creates', () => {
    const updated = (name: Name) =>
      statementsOf(name)
        .filter(({ Action }) => listOf(Action).includes('dynamodb:UpdateItem'))
        .flatMap(({ Resource }) => textOf(Resource).match(/DueTimes|Rates|Deliveries|Connections/g));
    expect(updated('Update')).toEqual(['DueTimes']);
    expect(updated('Tick')).toEqual(['DueTimes']);
    expect(updated('Create').toSorted()).toEqual(['DueTimes', 'Rates']);
  });

  it('what pushes may write deliveries, and of the connections only Connect may write any', () => {
    const written = (name: Name) =>
      statementsOf(name)
        .filter(({ Action }) => listOf(Action).includes('dynamodb:PutItem'))
        .flatMap(({ Resource }) => textOf(Resource).match(/Deliveries|Connections|OutgoingEvents/g));
    for (const name of ['Create', 'Update', 'Deliver'] as const)
      expect(written(name)).toEqual(['Deliveries']);
    expect(written('Tick').toSorted()).toEqual(['Deliveries', 'OutgoingEvents']);
    expect(written('Connect').toSorted()).toEqual(['Connections', 'Deliveries']);
  });
});

describe('A policy', () => {
  const documents = (): Statement[][] => [
    ...Object.values(resourcesOf(template, 'AWS::IAM::Policy')).map(({ Properties }) =>
      statementsIn(Properties),
    ),
    ...Object.values(resourcesOf(template, 'AWS::IAM::Role')).flatMap(({ Properties }) =>
      // The cast: a role's inline policies have the same shape.
      ((Properties.Policies ?? []) as unknown[]).map(statementsIn),
    ),
  ];
  const allowed = () =>
    documents()
      .flat()
      .filter(({ Effect }) => Effect === 'Allow');

  it('names each action', () => {
    for (const { Action } of allowed())
      for (const action of listOf(Action)) expect(action).not.toContain('*');
  });

  it('never allows something on every resource', () => {
    for (const { Resource } of allowed()) expect(listOf(Resource)).not.toContain('*');
  });

  it('has a wildcard within a resource only if its end is not known before', () => {
    const reasons = [
      // The gateway makes connection ids, and the method is its own to choose.
      '/live/*/@connections/*',
      // The migration runs as the newest version of its function.
      ':*',
    ];
    for (const { Resource } of allowed()) {
      for (const wildcard of textOf(Resource).match(/[^":]*:?\*[^"]*/g) ?? [])
        expect(reasons).toContain(wildcard);
    }
  });
});

describe('Secrets', () => {
  const mentions = (text: string) => names.filter((name) => textOf(environmentOf(name)).includes(text));

  it('of the database’s owner are known to the migration alone, filled in by CloudFormation', () => {
    expect(mentions('DATABASE_PASSWORD')).toEqual(['Migrate']);
    expect(mentions('DatabaseOwnerSecret')).toEqual(['Migrate']);
    expect(textOf(environmentOf('Migrate').DATABASE_PASSWORD)).toContain('{{resolve:secretsmanager:');
  });

  it('of tokens are known to the two functions that verify them', () => {
    expect(mentions('JWT_SECRET')).toEqual(['Authorize', 'Connect']);
    expect(textOf(environmentOf('Connect').JWT_SECRET)).toContain('{{resolve:secretsmanager:');
  });

  it('are read by no function at run time', () => {
    for (const name of names) expect(actionsOf(name).join()).not.toMatch(/secretsmanager|ssm|kms/);
  });

  it('of tokens are generated with 64 characters', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 64 },
    });
  });
});

describe('The migration', () => {
  const migration = () => theResource(template, 'Custom::Trigger');
  const dependsOnMigration = ({ DependsOn }: Resource) => DependsOn.includes(migration().id);

  it('runs at every change of its function', () => {
    const { id } = theResource(template, 'AWS::Lambda::Version');
    expect(migration().Properties).toMatchObject({
      HandlerArn: { Ref: id },
      InvocationType: 'RequestResponse',
      ExecuteOnHandlerChange: true,
    });
    expect(theResource(template, 'AWS::Lambda::Version').Properties.FunctionName).toEqual({
      Ref: functionOf('Migrate').id,
    });
  });

  it('runs again when nothing but a scope is taken out of the settings', async () => {
    const versionWith = async (scopes: string[]) => {
      const changed = await synthesize((stack) => new Notifications(stack, 'Notifications', { scopes }));
      return theResource(changed, 'AWS::Lambda::Version').id;
    };
    const before = await versionWith(['attendee', 'organizer']);
    expect(await versionWith(['attendee', 'organizer'])).toBe(before);
    expect(await versionWith(['attendee'])).not.toBe(before);
  });

  it('waits for the database and for the way to it, in both directions', () => {
    const opened = (type: string) =>
      theResource(template, type, ({ Properties }) => textOf(Properties).includes('Endpoint.Port')).id;
    expect(migration().DependsOn).toEqual(
      expect.arrayContaining([
        theResource(template, 'AWS::RDS::DBInstance').id,
        opened('AWS::EC2::SecurityGroupIngress'),
        opened('AWS::EC2::SecurityGroupEgress'),
      ]),
    );
  });

  it.each(['Create', 'Read', 'Update', 'Tick', 'Purge'] as const)('is over before %s is deployed', (name) => {
    expect(dependsOnMigration(functionOf(name))).toBe(true);
  });

  it('begins after the functions may sign in as their users, because AWS needs a while to pass changed policies on', () => {
    const ofFunctions = Object.entries(resourcesOf(template, 'AWS::IAM::Policy')).filter(
      ([id, { Properties }]) => textOf(Properties).includes('rds-db:connect') && !id.includes('Migrate'),
    );
    expect(ofFunctions).toHaveLength(5);
    expect(migration().DependsOn).toEqual(expect.arrayContaining(ofFunctions.map(([id]) => id)));
  });

  it('is over before the queue and the bus call the create function', () => {
    const { id } = functionOf('Create');
    const ofQueue = ({ Properties }: Resource) => textOf(Properties.FunctionName).includes(id);
    expect(theResource(template, 'AWS::Lambda::EventSourceMapping', ofQueue)).toBeDefined();
    const ofBus = ({ Properties }: Resource) => 'EventPattern' in Properties;
    expect(textOf(theResource(template, 'AWS::Events::Rule', ofBus).Properties.Targets)).toContain(id);
  });
});

describe('The database', () => {
  const database = () => theResource(template, 'AWS::RDS::DBInstance');

  it('is PostgreSQL 18, encrypted, private and backed up', () => {
    expect(database().Properties).toMatchObject({
      Engine: 'postgres',
      EngineVersion: expect.stringMatching(/^18/),
      StorageEncrypted: true,
      PubliclyAccessible: false,
      EnableIAMDatabaseAuthentication: true,
    });
    expect(Number(database().Properties.BackupRetentionPeriod)).toBeGreaterThanOrEqual(7);
  });

  it('is not lost by deleting the stack', () => {
    expect(database()).toMatchObject({
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
      Properties: { DeletionProtection: true },
    });
  });

  it('accepts connections from the functions of the network only', () => {
    const ingress = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'));
    expect(ingress.map(({ Properties }) => Properties.SourceSecurityGroupId)).toEqual([
      expect.objectContaining({ 'Fn::GetAtt': [expect.stringContaining('NetworkFunctions'), 'GroupId'] }),
    ]);
  });
});

describe('The network', () => {
  it('has a way out over IPv6 alone, and none that costs', () => {
    template.resourceCountIs('AWS::EC2::EgressOnlyInternetGateway', 1);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::InternetGateway', 0);
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::EC2::Route'))) {
      expect(Properties).toMatchObject({ DestinationIpv6CidrBlock: '::/0' });
    }
  });

  it('has no way out of the subnets of the database', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::EC2::Route'))) {
      expect(textOf(Properties.RouteTableId)).toContain('FunctionsSubnet');
    }
  });

  it('reaches DynamoDB by a gateway endpoint and nothing by an interface endpoint', () => {
    const { Properties } = theResource(template, 'AWS::EC2::VPCEndpoint');
    expect(Properties.VpcEndpointType).toBe('Gateway');
    expect(textOf(Properties.ServiceName)).toContain('.dynamodb');
  });

  it('lets functions connect to HTTPS and to the database only, and accepts no connection to them', () => {
    const { id, Properties } = theResource(template, 'AWS::EC2::SecurityGroup', ({ Properties }) =>
      String(Properties.GroupDescription).startsWith('Belfry functions'),
    );
    expect(Properties).not.toHaveProperty('SecurityGroupIngress');
    for (const rule of listOf(Properties.SecurityGroupEgress)) {
      expect(rule).toMatchObject({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 });
    }
    const opened = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'));
    expect(opened.filter(({ Properties }) => textOf(Properties.GroupId).includes(id))).toEqual([]);
  });
});

describe('The outputs', () => {
  it('are those of the contract, the secret of tokens, and the names that operators need', () => {
    expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual([
      'ConnectionsTableName',
      'CreateDeadLettersUrl',
      'CreateFunctionName',
      'CreateQueueUrl',
      'DashboardName',
      'DatabaseIdentifier',
      'DatabaseOwnerSecretArn',
      'EventBusName',
      'EventDeadLettersUrl',
      'HttpApiUrl',
      'JwtSecretArn',
      'MigrateFunctionName',
      'PurgeFunctionName',
      'TickFunctionName',
      'WebSocketUrl',
    ]);
  });

  it('lead to what they name', () => {
    const refersTo = (output: string, id: string) =>
      expect(textOf(template.findOutputs(output))).toContain(`"${id}"`);
    refersTo('CreateFunctionName', functionOf('Create').id);
    refersTo('PurgeFunctionName', functionOf('Purge').id);
    refersTo('TickFunctionName', functionOf('Tick').id);
    refersTo('MigrateFunctionName', functionOf('Migrate').id);
    refersTo('DatabaseIdentifier', theResource(template, 'AWS::RDS::DBInstance').id);
    refersTo('DashboardName', theResource(template, 'AWS::CloudWatch::Dashboard').id);
    refersTo('EventBusName', theResource(template, 'AWS::Events::EventBus').id);
    const isOfConnections = ({ Properties }: Resource) => 'GlobalSecondaryIndexes' in Properties;
    refersTo('ConnectionsTableName', theResource(template, 'AWS::DynamoDB::Table', isOfConnections).id);
    const { id } = theResource(
      template,
      'AWS::SQS::Queue',
      ({ Properties }) => 'RedrivePolicy' in Properties,
    );
    refersTo('CreateQueueUrl', id);
    expect(textOf(template.findOutputs('WebSocketUrl'))).toMatch(/wss:\/\/.*\/live/);
  });
});

describe('An installation with an issuer', () => {
  it('has no secret, and no output for it; its functions know where the keys are', async () => {
    const jwksUrl = 'https://example.eu.auth0.com/.well-known/jwks.json';
    const issuing = await synthesizeApp(
      (app) => new NotificationsStack(app, 'Belfry', { jwt: { jwksUrl, audiences: ['belfry'] } }),
    );
    expect(Object.keys(issuing.findOutputs('*'))).not.toContain('JwtSecretArn');
    expect(Object.keys(issuing.findOutputs('*'))).toHaveLength(14);
    expect(textOf(resourcesOf(issuing, 'AWS::SecretsManager::Secret'))).not.toContain('signs the tokens');
    const checking = Object.values(resourcesOf(issuing, 'AWS::Lambda::Function')).filter(({ Properties }) =>
      textOf(Properties.Environment ?? '').includes(`\\"jwksUrl\\":\\"${jwksUrl}\\"`),
    );
    expect(checking).toHaveLength(2);
    // They fetch the keys over the internet, which the network of the database does not lead to.
    for (const { Properties } of checking) expect(Properties).not.toHaveProperty('VpcConfig');
  });
});

describe('A secret that was given a new version', () => {
  const versions = {
    tokens: '11111111-0000-4000-8000-000000000001',
    owner: '22222222-0000-4000-8000-000000000002',
  };

  it.each(['rds', 'aurora'] as const)('is read by everything that uses it, with %s', async (mode) => {
    const rotated = await synthesize(
      (stack) =>
        new Notifications(stack, 'Notifications', {
          jwt: { secretVersionId: versions.tokens },
          database: { mode, ownerSecretVersionId: versions.owner },
        }),
    );
    const users = (version: string) =>
      Object.entries(rotated.toJSON().Resources as Record<string, Resource>)
        .filter(([, { Properties }]) => textOf(Properties ?? {}).includes(`::${version}}}`))
        .map(([id]) => /(Authorize|Connect|Migrate|Database(Instance|Cluster))[0-9A-F]/.exec(id)?.[1]);
    expect(users(versions.tokens).toSorted()).toEqual(['Authorize', 'Connect']);
    const server = mode === 'rds' ? 'DatabaseInstance' : 'DatabaseCluster';
    expect(users(versions.owner).toSorted()).toEqual([server, 'Migrate']);
  });
});

describe('An installation', () => {
  it('is not given one name for both APIs', () => {
    const domain = { name: 'belfry.example.com', certificateArn: 'arn:aws:acm:eu-west-1:1:certificate/a' };
    const domainNames = { http: domain, webSocket: domain };
    expect(() => new Notifications(emptyStack(), 'Notifications', { domainNames })).toThrow(
      'domainNames: http and webSocket must have different names; both are belfry.example.com.',
    );
  });

  let custom: Template;
  beforeAll(async () => {
    custom = await synthesize((stack) => {
      // The cast: under exactOptionalPropertyTypes the CDK's classes do not match its own interfaces.
      const secret = new Secret(stack, 'Ours') as ISecret;
      const notifications = new Notifications(stack, 'Notifications', {
        jwt: {
          secret,
          issuers: ['https://a', 'https://b'],
          audiences: ['belfry'],
          createScope: 'belfry/notifications:create',
        },
        connectionMinimumLifetime: Duration.minutes(0),
        scopes: ['attendee'],
        movedScopes: ['organizer', 'guest'],
        rateLimits: { createsPerMinute: 0 },
        connectionLimit: 3,
        retention: { archiveAfterDays: 30, deleteAfterDays: false },
      });
      const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
      notifications.grantCreate(new Role(stack, 'Producer', { assumedBy }));
    });
  });

  const environmentsWith = (template: Template, variable: string) =>
    Object.values(resourcesOf(template, 'AWS::Lambda::Function'))
      .map(({ Properties }) => Object(Properties.Environment).Variables ?? {})
      .filter((variables) => variable in variables);

  it('takes the secret, issuers and audiences that it is given', () => {
    const verifying = environmentsWith(custom, 'JWT_SECRET');
    expect(verifying).toHaveLength(2);
    for (const environment of verifying) {
      expect(JSON.parse(environment.JWT_RULES)).toMatchObject([
        { issuers: ['https://a', 'https://b'], audiences: ['belfry'] },
      ]);
      expect(textOf(environment)).toMatch(/resolve:secretsmanager:",\{"Ref":"Ours/);
    }
    expect(Object.keys(resourcesOf(custom, 'AWS::SecretsManager::Secret'))).toHaveLength(2);
  });

  it.each([
    ['CREATE_SCOPE', 'belfry/notifications:create', 'notifications:create'],
    ['CREATES_PER_MINUTE', '0', '600'],
    ['MOVED_SCOPES', 'organizer guest', ''],
    ['CONNECTION_LIMIT', '3', '10'],
    ['CONNECTION_MINIMUM_LIFETIME_MINUTES', '0', '15'],
    ['ARCHIVE_AFTER_DAYS', '30', '180'],
    ['DELETE_AFTER_DAYS', '', '365'],
  ])('passes %s to one function: %j here, %j by default', (variable, value, byDefault) => {
    const passed = (from: Template) =>
      environmentsWith(from, variable).map((variables) => variables[variable]);
    expect(passed(custom)).toEqual([value]);
    expect(passed(template)).toEqual([byDefault]);
  });

  it('lets a producer in by its three doors and to nothing else', () => {
    const { Properties } = theResource(custom, 'AWS::IAM::Policy', ({ Properties }) =>
      textOf(Properties.Roles).includes('Producer'),
    );
    const actions = statementsIn(Properties).flatMap(({ Action }) => Action);
    expect(actions.toSorted()).toEqual([
      'events:PutEvents',
      'lambda:InvokeFunction',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
  });
});
