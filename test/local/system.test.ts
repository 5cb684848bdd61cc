import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, vi } from 'vitest';
import { createNetwork, type Network } from '../../local/resources/network.ts';
import { startSystem } from '../../local/system.ts';
import { freePort } from '../support/free-port.ts';
import { patience } from '../support/patience.ts';
import { aFunction, type Running, runTemplate, temporaryDirectory, writeAssembly } from './run-template.ts';

const account = { principal: 'account' };
const echo = 'export const handler = async () => process.env;';
const callsDynamoDb = `
  import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
  export const handler = async () => {
    const requestTimeout = Number(process.env.PATIENCE_MS ?? 10_000);
    const client = new DynamoDBClient({ maxAttempts: 1, requestHandler: { requestTimeout, throwOnRequestTimeout: true } });
    const KeyConditionExpression = 'id = :id';
    const ExpressionAttributeValues = { ':id': { S: 'x' } };
    const { Count } = await client.send(new QueryCommand({ TableName: process.env.TABLE, KeyConditionExpression, ExpressionAttributeValues }));
    return Count;
  };`;

const table = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
};
const maySeeTable = {
  environment: { TABLE: { Ref: 'Table' } },
  statements: [{ Effect: 'Allow', Action: 'dynamodb:Query', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } }],
};

async function payloadOf({ system }: Running, functionName: string): Promise<unknown> {
  const { payload } = await system.lambda.invoke(functionName, {}, account);
  return payload;
}

function trigger(handler: string, more: object = {}): Record<string, unknown> {
  return {
    [`${handler}Version`]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: handler } } },
    ...aFunction('Provider', 'echo', {
      statements: [
        {
          Effect: 'Allow',
          Action: 'lambda:InvokeFunction',
          Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [handler, 'Arn'] }, ':*']] },
        },
      ],
    }),
    Trigger: {
      Type: 'Custom::Trigger',
      Properties: {
        ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] },
        HandlerArn: { Ref: `${handler}Version` },
        InvocationType: 'RequestResponse',
        Timeout: '120000',
        ExecuteOnHandlerChange: true,
      },
      ...more,
    },
  };
}

describe('the fence', () => {
  const queue = (properties: object) => ({ Queue: { Type: 'AWS::SQS::Queue', Properties: properties } });
  const httpApi = { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP', Name: 'api' } };
  const role = (properties: object) => ({ Role: { Type: 'AWS::IAM::Role', Properties: properties } });
  const policy = (statement: object) => ({
    Policies: [{ PolicyName: 'P', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }],
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['resource type', { Topic: { Type: 'AWS::SNS::Topic' } }, 'Topic (AWS::SNS::Topic): this resource type'],
    [
      'intrinsic',
      queue({ QueueName: { 'Fn::ImportValue': 'x' } }),
      'Queue (AWS::SQS::Queue): the intrinsic Fn::ImportValue',
    ],
    [
      'dynamic reference',
      queue({ QueueName: '{{resolve:ssm:name}}' }),
      'Queue (AWS::SQS::Queue): dynamic references to ssm',
    ],
    ['property', queue({ Surprise: 1 }), 'Queue (AWS::SQS::Queue): the property Surprise'],
    ['value', queue({ FifoQueue: true }), 'Queue (AWS::SQS::Queue).FifoQueue is true'],
    [
      'attribute',
      {
        ...queue({}),
        Other: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetAtt': ['Queue', 'Age'] } } },
      },
      'Other (AWS::SQS::Queue): the attribute Age of Queue (AWS::SQS::Queue)',
    ],
    [
      'policy condition',
      role(policy({ Effect: 'Allow', Action: 'a:b', Resource: '*', Condition: { Bool: { x: 'true' } } })),
      'Role (AWS::IAM::Role): Role test-Role: a policy statement with Condition',
    ],
    [
      'managed policy',
      role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
      'Role (AWS::IAM::Role).ManagedPolicyArns',
    ],
    [
      'scheduler',
      { Schedule: { Type: 'AWS::Scheduler::Schedule' } },
      'Schedule (AWS::Scheduler::Schedule): this resource type',
    ],
    [
      'schedule',
      { Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'cron(0 0 L * ? *)' } } },
      'Rule (AWS::Events::Rule): The schedule cron(0 0 L * ? *)',
    ],
    [
      'rule without pattern and schedule',
      { Rule: { Type: 'AWS::Events::Rule', Properties: {} } },
      'Rule (AWS::Events::Rule).EventPattern',
    ],
    ['second API', { One: httpApi, Two: httpApi }, 'Two (AWS::ApiGatewayV2::Api): a second HTTP API'],
  ])('stops the start at an unknown %s and names it', async (_, Resources, named) => {
    await expect(runTemplate({ Resources })).rejects.toThrow(named);
  });

  it('lets pass what does nothing locally, with references and attributes made up', async () => {
    const { system } = await runTemplate({
      Resources: {
        Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'any' } },
        Log: { Type: 'AWS::Logs::LogGroup' },
      },
      Outputs: { Group: { Value: { 'Fn::GetAtt': ['Group', 'GroupId'] } }, Log: { Value: { Ref: 'Log' } } },
    });
    expect(system.outputs).toEqual({ Group: 'test-Group-GroupId', Log: 'test-Log' });
  });
});

describe('a function', () => {
  it('gets its references, its secrets and the local addresses in its environment', async () => {
    const { system } = await runTemplate(
      {
        Resources: {
          ...aFunction('Read', 'echo', {
            environment: {
              SECRET: {
                'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:::}}']],
              },
              POST_TO: {
                'Fn::Sub': `https://\${Socket}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/live`,
              },
              HTTP: { 'Fn::GetAtt': ['Http', 'ApiEndpoint'] },
            },
          }),
          Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } },
          Http: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
          Socket: {
            Type: 'AWS::ApiGatewayV2::Api',
            Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
          },
        },
        Outputs: {
          SecretArn: { Value: { Ref: 'Secret' } },
          Socket: { Value: { 'Fn::GetAtt': ['Socket', 'ApiEndpoint'] } },
        },
      },
      { echo },
    );
    const { payload } = await system.lambda.invoke('test-Read', {}, account);
    expect(payload).toMatchObject({
      SECRET: system.secret('SecretArn'),
      HTTP: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      POST_TO: `${system.outputs.Socket?.replace('ws:', 'http:')}/live`,
      AWS_ENDPOINT_URL: system.awsEndpointUrl,
    });
    expect(system.secret('Secret')).toHaveLength(32);
  });

  it('may do what its role grants, which is then no longer unused, and is counted', async () => {
    const running = await runTemplate(
      { Resources: { Table: table, ...aFunction('Read', 'query', maySeeTable) } },
      { query: callsDynamoDb },
    );
    expect(running.system.iam.unused()).toHaveLength(1);
    expect(await payloadOf(running, 'test-Read')).toBe(0);
    expect(running.system.iam.unused()).toEqual([]);
    expect(running.system.meters.dynamoDbRequests).toEqual({ total: 1, byFunction: { 'test-Read': 1 } });
    running.system.meters.reset();
    expect(running.system.meters.dynamoDbRequests).toEqual({ total: 0, byFunction: {} });
  });

  it('is denied what its role does not grant, with action and resource', async () => {
    const running = await runTemplate(
      { Resources: { Table: table, ...aFunction('Read', 'query', { ...maySeeTable, statements: [] }) } },
      { query: callsDynamoDb },
    );
    running.expectDenial('dynamodb:Query');
    expect(await payloadOf(running, 'test-Read')).toMatchObject({
      errorType: 'AccessDeniedException',
      errorMessage: expect.stringMatching(
        /dynamodb:Query on resource: arn:aws:dynamodb:.*:table\/test-Table /,
      ),
    });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  it('is throttled by DynamoDB as often as a test asks', async () => {
    const running = await runTemplate(
      { Resources: { Table: table, ...aFunction('Read', 'query', maySeeTable) } },
      { query: callsDynamoDb },
    );
    running.system.throttleDynamoDb(1, { operation: 'PutItem' });
    running.system.throttleDynamoDb(1, { functionName: 'test-Write' });
    expect(await payloadOf(running, 'test-Read')).toBe(0);
    running.system.throttleDynamoDb(1, { operation: 'Query', functionName: 'test-Read' });
    expect(await payloadOf(running, 'test-Read')).toMatchObject({
      errorType: 'ProvisionedThroughputExceededException',
    });
    expect(await payloadOf(running, 'test-Read')).toBe(0);
  });

  it('in a VPC without an endpoint for DynamoDB waits for an answer that never comes, and the report says why', async () => {
    const vpc = { SubnetIds: [{ Ref: 'Subnet' }], SecurityGroupIds: [] };
    const running = await runTemplate(
      {
        Resources: {
          Vpc: { Type: 'AWS::EC2::VPC' },
          Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' } } },
          Table: table,
          ...aFunction('Read', 'query', {
            ...maySeeTable,
            environment: { ...maySeeTable.environment, PATIENCE_MS: '1000' },
            VpcConfig: vpc,
          }),
        },
      },
      { query: callsDynamoDb },
    );
    expect(await payloadOf(running, 'test-Read')).toMatchObject({ errorType: 'TimeoutError' });
    expect(running.reported.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^test-Read cannot reach dynamodb .* add a gateway endpoint for DynamoDB/),
    );
  });
});

describe('reachability', () => {
  const principal = { kind: 'role', roleArn: 'arn', functionName: 'create' } as const;
  /** A network with one function in one subnet, whose route table has these ways out. */
  function networkWith(...routes: ('dynamodb' | 'ipv4' | 'ipv6')[]) {
    const network = createNetwork({ report: () => {} });
    network.addSubnet('subnet', 'vpc');
    network.associate('subnet', 'table');
    for (const route of routes) network.addRoute('table', route);
    network.placeFunction('create', { subnetIds: ['subnet'], hasIpv6: true });
    network.placeDatabase(['subnet']);
    return network;
  }
  const reached = (network: Network) =>
    ['rds', 'dynamodb', 'execute-api', 'lambda'].filter((service) => network.isReachable(principal, service));

  it('inside a VPC is the database, and what the routes of the subnet lead to', () => {
    expect(reached(networkWith())).toEqual(['rds']);
    expect(reached(networkWith('dynamodb'))).toEqual(['rds', 'dynamodb']);
    expect(reached(networkWith('ipv4'))).toEqual(['rds', 'execute-api']);
  });

  it('over an egress-only gateway is the socket API alone, where API and function speak IPv6', () => {
    const network = networkWith('ipv6');
    expect(reached(network)).toEqual(['rds']);
    network.openApiToIpv6();
    expect(reached(network)).toEqual(['rds', 'execute-api']);
    network.placeFunction('create', { subnetIds: ['subnet'], hasIpv6: false });
    expect(reached(network)).toEqual(['rds']);
  });

  it('is what every subnet of the function has a way to', () => {
    const network = networkWith('dynamodb');
    network.addSubnet('another', 'vpc');
    network.placeFunction('create', { subnetIds: ['subnet', 'another'], hasIpv6: true });
    expect(reached(network)).toEqual(['rds']);
    network.addSubnet('another', 'another VPC');
    expect(reached(network)).toEqual([]);
  });

  it('outside a VPC is everything but the database', () => {
    expect(reached(createNetwork({ report: () => {} }))).toEqual(['dynamodb', 'execute-api', 'lambda']);
  });

  it('of sockets, if there is none, is an address that never answers', async () => {
    const posts = `
      import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
      const requestHandler = { requestTimeout: 300, throwOnRequestTimeout: true };
      export const handler = () =>
        new ApiGatewayManagementApiClient({ endpoint: process.env.POST_TO, maxAttempts: 1, requestHandler })
          .send(new PostToConnectionCommand({ ConnectionId: 'x', Data: 'x' }));`;
    const running = await runTemplate(
      {
        Resources: {
          Vpc: { Type: 'AWS::EC2::VPC' },
          Socket: {
            Type: 'AWS::ApiGatewayV2::Api',
            Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
          },
          ...aFunction('Post', 'posts', {
            environment: {
              POST_TO: { 'Fn::Sub': `https://\${Socket}.execute-api.us-east-1.amazonaws.com/live` },
            },
            VpcConfig: { SubnetIds: [{ Ref: 'Subnet' }], SecurityGroupIds: [] },
          }),
          Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' } } },
        },
      },
      { posts },
    );
    expect(await payloadOf(running, 'test-Post')).toMatchObject({ errorType: 'TimeoutError' });
    expect(running.reported).toContainEqual(
      expect.objectContaining({
        message: expect.stringMatching(/^test-Post cannot reach execute-api from inside the VPC/),
      }),
    );
  });
});

describe('queues and rules', () => {
  const queue = { Type: 'AWS::SQS::Queue' };
  const mapping = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: { Ref: 'Create' } },
  };
  const prints = 'export const handler = async (event) => console.log(JSON.stringify(event));';
  const rule = {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['shop'] },
      Targets: [
        {
          Id: '1',
          Arn: { 'Fn::GetAtt': ['Create', 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
        },
      ],
    },
  };
  const policy = {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Rule', 'Arn'] } } },
          },
        ],
      },
    },
  };
  const credentials = { accessKeyId: 'developer', secretAccessKey: 'any' };
  const event = { Source: 'shop', DetailType: 'sold', Detail: '{}' };
  const clientOptions = ({ system }: Running) => ({
    endpoint: system.awsEndpointUrl,
    region: 'us-east-1',
    credentials,
  });

  it('a mapping whose function’s role may not receive stops the start, as it does in the cloud', async () => {
    const Resources = { Queue: queue, Mapping: mapping, ...aFunction('Create', 'prints') };
    const denied = 'sqs:ReceiveMessage';
    await expect(runTemplate({ Resources }, { prints }, { denied })).rejects.toThrow(
      /^Mapping \(AWS::Lambda::EventSourceMapping\): .* not authorized to perform: sqs:ReceiveMessage/,
    );
  });

  it.each([
    ['in the dead-letter queue where its policy lets the rule in', { Policy: policy }, ['sold']],
    ['nowhere where the queue has no policy for the rule', {}, []],
  ])('an event that its function may not be given ends %s', async (_, more, ended) => {
    const running = await runTemplate(
      {
        Resources: { Queue: queue, Rule: rule, ...more, ...aFunction('Create', 'prints') },
        Outputs: { Url: { Value: { Ref: 'Queue' } } },
      },
      { prints },
    );
    running.expectDenial('lambda:InvokeFunction');
    await new EventBridgeClient(clientOptions(running)).send(new PutEventsCommand({ Entries: [event] }));
    await vi.waitFor(
      () =>
        expect(running.reported.map(({ message }) => message)).toContainEqual(
          expect.stringMatching(/^test-Rule: .*not authorized to perform: lambda:InvokeFunction/),
        ),
      patience,
    );
    const { Url: QueueUrl = '' } = running.system.outputs;
    const { Messages = [] } = await new SQSClient(clientOptions(running)).send(
      new ReceiveMessageCommand({ QueueUrl }),
    );
    expect(Messages.map(({ Body = '' }) => JSON.parse(Body)['detail-type'])).toEqual(ended);
  });
});

describe('a trigger', () => {
  const failing = `export const handler = async () => { throw new Error('Migration failed: no such table'); };`;

  it('runs its function after all it depends on, and before what depends on it', async () => {
    const steps: string[] = [];
    const { reported } = await runTemplate(
      {
        Resources: {
          Later: { Type: 'AWS::SQS::Queue', DependsOn: 'Trigger' },
          ...aFunction('Migrate', 'query', maySeeTable),
          Table: table,
          ...trigger('Migrate'),
        },
      },
      { query: callsDynamoDb, echo },
      { onProgress: (step) => steps.push(step) },
    );
    expect(reported).toContainEqual({
      source: 'trigger',
      level: 'debug',
      message: 'Trigger: test-Migrate succeeded',
    });
    expect(steps).toEqual(['trigger Trigger', 'apis']);
  });

  it('that fails stops the start before anything that depends on it, with the function’s own words', async () => {
    const template = {
      Resources: {
        ...aFunction('Migrate', 'failing'),
        ...trigger('Migrate'),
        // Would be refused if it were made.
        Later: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true }, DependsOn: 'Trigger' },
      },
    };
    await expect(runTemplate(template, { failing, echo })).rejects.toThrow(
      'Trigger (Custom::Trigger): function test-Migrate failed: Migration failed: no such table',
    );
  });

  it('leaves nothing running when it fails', async () => {
    const port = await freePort();
    const template = { Resources: { ...aFunction('Migrate', 'failing'), ...trigger('Migrate') } };
    const ports = { http: 0, socket: 0, aws: port, postgres: 0 };
    await expect(runTemplate(template, { failing, echo }, { ports })).rejects.toThrow('Migration failed');
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
  });
});

describe('a table with a stream', () => {
  const prints = 'export const handler = async (event) => console.log(JSON.stringify(event));';
  const withStream = (StreamViewType: string) => ({
    ...table,
    Properties: { ...table.Properties, StreamSpecification: { StreamViewType } },
  });
  const mapping = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      FunctionName: { Ref: 'Deliver' },
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 60,
      ParallelizationFactor: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
    },
  };
  const allow = (Action: string | string[], logicalId: string, attribute: string) => ({
    Effect: 'Allow',
    Action,
    Resource: { 'Fn::GetAtt': [logicalId, attribute] },
  });
  const mayRead = ['GetRecords', 'GetShardIterator', 'DescribeStream'].map((action) => `dynamodb:${action}`);
  const parts = (statements: unknown[], changes: object = {}) => ({
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      Table: withStream('NEW_IMAGE'),
      Mapping: mapping,
      ...aFunction('Deliver', 'prints', { statements }),
      ...changes,
    },
  });
  const maySend = allow('sqs:SendMessage', 'Queue', 'Arn');

  it('passes its changes on to the function of its mapping', async () => {
    const statements = [allow(mayRead, 'Table', 'StreamArn'), maySend];
    const { system, reported } = await runTemplate(parts(statements), { prints });
    const credentials = { accessKeyId: 'developer', secretAccessKey: 'any' };
    const client = new DynamoDBClient({ endpoint: system.awsEndpointUrl, region: 'us-east-1', credentials });
    await client.send(new PutItemCommand({ TableName: 'test-Table', Item: { id: { S: 'left over' } } }));
    await vi.waitFor(
      () =>
        expect(reported.map(({ message }) => message)).toContainEqual(
          expect.stringMatching(/^test-Deliver: .*"NewImage":\{"id":\{"S":"left over"\}\}/),
        ),
      patience,
    );
    expect(system.iam.unused()).toEqual([]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
  it.each(mayRead)('stops the start where the function’s role does not grant %s', async (missing) => {
    const granted = mayRead.filter((action) => action !== missing);
    const template = parts([allow(granted, 'Table', 'StreamArn'), maySend]);
    const starting = runTemplate(template, { prints }, { denied: missing });
    await expect(starting).rejects.toThrow(`Mapping (AWS::Lambda::EventSourceMapping): User:`);
    await expect(starting).rejects.toThrow(missing);
  });

  it.each<[string, object, object, string]>([
    ['view type', { Table: withStream('KEYS_ONLY') }, {}, 'Table (AWS::DynamoDB::Table).StreamSpecification'],
    ['starting position', {}, { StartingPosition: 'LATEST' }, '.StartingPosition is "LATEST"'],
    ['parallelization', {}, { ParallelizationFactor: 2 }, '.ParallelizationFactor is 2'],
    ['tumbling window', {}, { TumblingWindowInSeconds: 5 }, 'the property TumblingWindowInSeconds'],
    ['on-failure queue without a grant', {}, {}, 'sqs:SendMessage'],
  ])('stops the start at an unsupported %s', async (what, resources, properties, named) => {
    const statements = [
      allow(mayRead, 'Table', 'StreamArn'),
      ...(what.startsWith('on-failure') ? [] : [maySend]),
    ];
    const Mapping = { ...mapping, Properties: { ...mapping.Properties, ...properties } };
    const options = { denied: what.startsWith('on-failure') ? named : undefined };
    await expect(
      runTemplate(parts(statements, { Mapping, ...resources }), { prints }, options),
    ).rejects.toThrow(named);
  });
});

describe('secrets', () => {
  const template = {
    Resources: {
      Secret: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: {
          GenerateSecretString: {
            PasswordLength: 40,
            ExcludeCharacters: 'abc',
            ExcludePunctuation: true,
            GenerateStringKey: 'password',
            SecretStringTemplate: '{"username":"owner"}',
          },
        },
      },
    },
  };

  it('are generated as the template says', async () => {
    const { system } = await runTemplate(template);
    const { username, password } = JSON.parse(system.secret('Secret'));
    expect(username).toBe('owner');
    expect(password).toMatch(/^[d-zA-Z0-9]{40}$/);
  });

  it('are kept between runs, in a file that only its owner can read', async () => {
    const stateDirectory = temporaryDirectory();
    const first = await runTemplate(template, {}, { stateDirectory });
    const value = first.system.secret('Secret');
    await first.system.stop();
    const second = await runTemplate(template, {}, { stateDirectory });
    expect(second.system.secret('Secret')).toBe(value);
    expect(statSync(join(stateDirectory, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('never appear in an error', async () => {
    const refersToKey = {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: {
          'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:pass::}}']],
        },
      },
    };
    const stateDirectory = temporaryDirectory();
    const { system } = await runTemplate(template, {}, { stateDirectory });
    const { password } = JSON.parse(system.secret('Secret'));
    await system.stop();
    const resources = { ...template.Resources, Queue: refersToKey };
    const error = await runTemplate({ Resources: resources }, {}, { stateDirectory }).catch(
      (error: Error) => error,
    );
    expect(error).toMatchObject({ message: expect.stringContaining('has no key pass') });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(password);
  });
});

describe('a start', () => {
  it.each(['http', 'socket', 'aws'])('stops where the %s port is taken, with its number', async (name) => {
    const { system } = await runTemplate({ Resources: {} });
    const taken = Number(new URL(system.awsEndpointUrl).port);
    const starting = startSystem({
      assemblyDirectory: writeAssembly({ Resources: {} }),
      stateDirectory: temporaryDirectory(),
      ports: { http: 0, socket: 0, aws: 0, postgres: 0, [name]: taken },
    });
    await expect(starting).rejects.toThrow(`Port ${taken} of 127.0.0.1 is in use`);
  });
});
