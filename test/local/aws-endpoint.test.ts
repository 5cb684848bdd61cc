import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AwsRequest, createAwsEndpoint } from '../../local/aws/aws-endpoint.ts';
import { createDynamoDb, type DynamoDb } from '../../local/aws/dynamodb.ts';
import { createEventBridge } from '../../local/aws/event-bridge.ts';
import type { Event } from '../../local/aws/event-delivery.ts';
import { createIam, type Iam } from '../../local/aws/iam.ts';
import { createSqs, type Sqs } from '../../local/aws/sqs.ts';
import { createLambda, type LambdaService } from '../../local/lambda/lambda.ts';
import { functionWith } from '../support/function-bundle.ts';
import { patience } from '../support/patience.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';
import { type KeptReport, keepReport } from './keep-report.ts';

const here = { region: 'us-east-1', account: '000000000000' };
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
const roleArn = 'arn:aws:iam::000000000000:role/create';

let dynamoDb: DynamoDb;
let server: Server;
let url: string;
let clock: TestClock;
let iam: Iam;
let lambda: LambdaService;
let sqs: Sqs;
let { entries, report, expectDenial }: KeptReport = keepReport();
let requests: AwsRequest[];
let events: Event[];
let reachable: string[];

beforeAll(async () => {
  dynamoDb = await createDynamoDb(here);
  await dynamoDb.createTable(
    {
      KeySchema: [{ AttributeName: 'user_id', KeyType: 'HASH' }],
      AttributeDefinitions: ['user_id', 'kind'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-kind',
          KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    },
    'connections',
  );
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  ({ entries, report, expectDenial } = keepReport());
  requests = [];
  events = [];
  reachable = ['lambda', 'events', 'sqs', 'dynamodb'];
  clock = createTestClock();
  const common = { ...here, clock, report };
  iam = createIam(common);
  iam.addRole({ arn: roleArn, name: 'create', statements: [] });
  sqs = createSqs({ ...common, queueUrlBase: () => url });
  sqs.createQueue({ name: 'create', arn: arn('sqs', 'create'), visibilityTimeoutMs: 30_000 });
  const eventBridge = createEventBridge(common);
  eventBridge.createBus('bus');
  eventBridge.createRule({
    name: 'all',
    arn: arn('events', 'rule/bus/all'),
    busName: 'bus',
    eventPattern: { account: ['000000000000'] },
    targets: [{ arn: 'target', deliver: async (event) => void events.push(event) }],
  });
  lambda = createLambda({ ...common, endpointUrl: () => url });
  const isReachable = (_: unknown, service: string) => reachable.includes(service);
  const onRequest = (request: AwsRequest) => void requests.push(request);
  server = createServer(
    createAwsEndpoint({ ...common, iam, lambda, dynamoDb, sqs, eventBridge, isReachable, onRequest }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterEach(async () => {
  sqs.stop();
  await lambda.stop();
  server.closeAllConnections();
  server.close();
});

const developer = { accessKeyId: 'local', secretAccessKey: 'local' };
const asFunction = () => iam.credentialsFor(roleArn, 'create');
const config = (credentials = developer) => ({
  endpoint: url,
  region: 'us-east-1',
  credentials,
  maxAttempts: 1,
});

describe('Lambda over the wire', () => {
  const echo =
    'export const handler = async (event) => { if (event.fail) throw new TypeError("no"); return { event }; };';
  const client = () => new LambdaClient(config());
  const invoke = (input: Partial<InvokeCommand['input']>) =>
    client().send(new InvokeCommand({ FunctionName: 'example', ...input }));

  it('runs a function and answers its result', async () => {
    lambda.createFunction(functionWith(echo));
    const { StatusCode, Payload, FunctionError, ExecutedVersion } = await invoke({ Payload: '{"a":"ü"}' });
    expect({ StatusCode, FunctionError, ExecutedVersion }).toEqual({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
    });
    expect(Payload?.transformToString()).toBe('{"event":{"a":"ü"}}');
    expect((await invoke({})).Payload?.transformToString()).toBe('{"event":{}}');
  });

  it('tells of a function error in header and payload', async () => {
    lambda.createFunction(functionWith(echo));
    const { StatusCode, FunctionError, Payload } = await invoke({ Payload: '{"fail":true}' });
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'no',
    });
  });

  it('takes an event with 202 and runs it under the request id of the answer', async () => {
    lambda.createFunction(
      functionWith('export const handler = (event, { awsRequestId }) => console.log(awsRequestId);'),
    );
    const { StatusCode, $metadata, Payload } = await invoke({ InvocationType: 'Event', Payload: '{}' });
    expect(StatusCode).toBe(202);
    expect(Payload?.length ?? 0).toBe(0);
    // The console of Lambda puts the time, the request id and the level before each line.
    const message = expect.stringMatching(new RegExp(`\t${$metadata.requestId}$`));
    const printed = expect.objectContaining({ message });
    await vi.waitFor(() => expect(entries).toContainEqual(printed), patience);
  });

  it('refuses a dry run, and runs nothing', async () => {
    lambda.createFunction(functionWith('export const handler = () => console.log("ran");'));
    await expect(invoke({ InvocationType: 'DryRun' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The invocation type DryRun is not supported locally. Use RequestResponse or Event.',
    });
    expect(entries.some(({ message }) => message.includes('ran'))).toBe(false);
  });

  it('finds a function by ARN and version', async () => {
    lambda.createFunction(
      functionWith('export const handler = (event, context) => context.invokedFunctionArn;'),
    );
    const FunctionName = arn('lambda', 'function:example');
    const byArn = await invoke({ FunctionName, Qualifier: '3' });
    expect(byArn.ExecutedVersion).toBe('3');
    expect(byArn.Payload?.transformToString()).toBe(`"${FunctionName}:3"`);
    const qualified = await invoke({ FunctionName: `${FunctionName}:3` });
    expect(qualified.Payload?.transformToString()).toBe(`"${FunctionName}:3"`);
  });

  it('refuses as Lambda does', async () => {
    lambda.createFunction(functionWith(echo, { reservedConcurrency: 0 }));
    await expect(invoke({ FunctionName: 'nobody' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: nobody',
    });
    await expect(invoke({ Qualifier: 'live' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(invoke({ Payload: '{' })).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
    await expect(invoke({ Payload: '{}' })).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
    const Payload = JSON.stringify('x'.repeat(6_291_455));
    await expect(invoke({ Payload })).rejects.toMatchObject({ name: 'RequestEntityTooLargeException' });
    await expect(client().send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('GET /2015-03-31/functions'),
    });
  });
});

describe('EventBridge over the wire', () => {
  it('takes events, and names the entries that failed', async () => {
    const entry = {
      Source: 'shop',
      DetailType: 'x',
      Detail: '{"a":1}',
      EventBusName: 'bus',
      Time: new Date(0),
    };
    const client = new EventBridgeClient(config());
    const { FailedEntryCount, Entries } = await client.send(
      new PutEventsCommand({ Entries: [entry, { ...entry, Detail: '[' }] }),
    );
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toEqual([
      { EventId: events[0]?.id },
      { ErrorCode: 'MalformedDetail', ErrorMessage: expect.any(String) },
    ]);
    expect(events).toMatchObject([{ source: 'shop', time: '1970-01-01T00:00:00Z', detail: { a: 1 } }]);
    const unknownBus = new PutEventsCommand({ Entries: [{ ...entry, EventBusName: 'none' }] });
    await expect(client.send(unknownBus)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('SQS over the wire', () => {
  const client = () => new SQSClient(config());
  const QueueUrl = () => sqs.url('create');

  it('sends, receives with chosen attributes, deletes and counts', async () => {
    const found = await client().send(new GetQueueUrlCommand({ QueueName: 'create' }));
    expect(found.QueueUrl).toBe(QueueUrl());
    const MessageBody = 'hello ü';
    const sent = await client().send(new SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody }));
    const { Messages = [] } = await client().send(
      new ReceiveMessageCommand({
        QueueUrl: QueueUrl(),
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    expect(Messages).toMatchObject([
      { MessageId: sent.MessageId, Body: MessageBody, Attributes: { ApproximateReceiveCount: '1' } },
    ]);
    const AttributeNames = ['All' as const];
    const counted = await client().send(
      new GetQueueAttributesCommand({ QueueUrl: QueueUrl(), AttributeNames }),
    );
    expect(counted.Attributes).toEqual({
      QueueArn: arn('sqs', 'create'),
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
    const ReceiptHandle = Messages[0]?.ReceiptHandle;
    await client().send(new DeleteMessageCommand({ QueueUrl: QueueUrl(), ReceiptHandle }));
    expect(sqs.count('create').inFlight).toBe(0);
  });

  it('waits for a message as long as it is asked to', async () => {
    const receive = new ReceiveMessageCommand({ QueueUrl: QueueUrl(), WaitTimeSeconds: 20 });
    const waiting = client().send(receive);
    await vi.waitFor(() => expect(requests).toHaveLength(1), patience);
    await client().send(new SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody: 'late' }));
    expect((await waiting).Messages?.[0]?.Body).toBe('late');
    const inVain = client().send(receive);
    await vi.waitFor(async () => {
      await clock.advance(20_000);
      expect(entries.filter(({ message }) => message.includes('ReceiveMessage'))).toHaveLength(2);
    }, patience);
    expect((await inVain).Messages).toHaveLength(1);
  });

  it('takes a batch, and names the entries that it refuses', async () => {
    const Entries = [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'bad', MessageBody: 'nul \u0000' },
    ];
    const { Successful, Failed } = await client().send(
      new SendMessageBatchCommand({ QueueUrl: QueueUrl(), Entries }),
    );
    expect(Successful).toMatchObject([{ Id: 'good' }]);
    expect(Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
    await client().send(new PurgeQueueCommand({ QueueUrl: QueueUrl() }));
    expect(sqs.count('create').visible).toBe(0);
  });

  it.each([
    [
      'TooManyEntriesInBatchRequest',
      Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, MessageBody: 'x' })),
    ],
    ['EmptyBatchRequest', []],
    ['BatchEntryIdsNotDistinct', ['a', 'a'].map((Id) => ({ Id, MessageBody: 'x' }))],
    ['InvalidBatchEntryId', [{ Id: 'a b', MessageBody: 'x' }]],
    ['BatchRequestTooLong', ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) }))],
  ])('refuses a batch with %s', async (name, Entries) => {
    const sending = client().send(new SendMessageBatchCommand({ QueueUrl: QueueUrl(), Entries }));
    await expect(sending).rejects.toMatchObject({ name });
    expect(sqs.count('create').visible).toBe(0);
  });

  it('refuses an unknown queue, a body that is not allowed, a bound overstepped and an unknown operation', async () => {
    const send = (input: SendMessageCommand['input']) => client().send(new SendMessageCommand(input));
    await expect(send({ QueueUrl: `${url}/000000000000/none`, MessageBody: 'x' })).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    await expect(send({ QueueUrl: QueueUrl(), MessageBody: '\u0001' })).rejects.toMatchObject({
      name: 'InvalidMessageContents',
    });
    await expect(
      client().send(new ReceiveMessageCommand({ QueueUrl: QueueUrl(), WaitTimeSeconds: 21 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(client().send(new CreateQueueCommand({ QueueName: 'new' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('AmazonSQS.CreateQueue'),
    });
  });

  it.each([
    ['DelaySeconds', { DelaySeconds: 5 }],
    ['MessageAttributes', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } }],
  ])('refuses a message with %s', async (name, parameter) => {
    const sending = client().send(
      new SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody: 'x', ...parameter }),
    );
    await expect(sending).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: `The parameter ${name} is not supported by the local SQS. Leave it out.`,
    });
    expect(sqs.count('create').visible).toBe(0);
  });
});

describe('DynamoDB over the wire', () => {
  const client = (credentials = developer) =>
    DynamoDBDocumentClient.from(new DynamoDBClient(config(credentials)));

  it('reads and writes items', async () => {
    const Item = { user_id: 'u', kind: 'k' };
    await client().send(new PutCommand({ TableName: 'connections', Item }));
    const { Item: found } = await client().send(
      new GetCommand({ TableName: 'connections', Key: { user_id: 'u' } }),
    );
    expect(found).toEqual(Item);
  });

  it('names an operation that is not supported', async () => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName: 'connections', Item: { user_id: { S: 'u' } } } }],
    });
    await expect(new DynamoDBClient(config()).send(transaction)).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('TransactWriteItems'),
    });
  });

  it('says which grant a query on an index lacks, and takes it once granted', async () => {
    const query = new QueryCommand({
      TableName: 'connections',
      IndexName: 'by-kind',
      KeyConditionExpression: 'kind = :k',
      ExpressionAttributeValues: { ':k': 'k' },
    });
    const grant = (Resource: string) =>
      iam.addStatements('create', [{ Effect: 'Allow', Action: 'dynamodb:Query', Resource }]);
    grant(arn('dynamodb', 'table/connections'));
    expectDenial('dynamodb:Query');
    await expect(client(asFunction()).send(query)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `not authorized to perform: dynamodb:Query on resource: ${arn('dynamodb', 'table/connections/index/by-kind')}`,
      ),
    });
    grant(arn('dynamodb', 'table/connections/index/*'));
    expect((await client(asFunction()).send(query)).$metadata.httpStatusCode).toBe(200);
  });
});

describe('a function that calls', () => {
  it.each([
    [
      'lambda:InvokeFunction',
      arn('lambda', 'function:example:7'),
      () =>
        new LambdaClient(config(asFunction())).send(
          new InvokeCommand({ FunctionName: 'example', Qualifier: '7' }),
        ),
    ],
    [
      'events:PutEvents',
      arn('events', 'event-bus/bus'),
      () =>
        new EventBridgeClient(config(asFunction())).send(
          new PutEventsCommand({
            Entries: [{ Source: 's', DetailType: 'd', Detail: '{}', EventBusName: 'bus' }],
          }),
        ),
    ],
    [
      'sqs:SendMessage',
      arn('sqs', 'create'),
      () =>
        new SQSClient(config(asFunction())).send(
          new SendMessageBatchCommand({
            QueueUrl: sqs.url('create'),
            Entries: [{ Id: 'a', MessageBody: 'x' }],
          }),
        ),
    ],
    [
      'sqs:GetQueueUrl',
      arn('sqs', 'create'),
      () => new SQSClient(config(asFunction())).send(new GetQueueUrlCommand({ QueueName: 'create' })),
    ],
    [
      'dynamodb:GetItem',
      arn('dynamodb', 'table/connections'),
      () =>
        DynamoDBDocumentClient.from(new DynamoDBClient(config(asFunction()))).send(
          new GetCommand({ TableName: 'connections', Key: { user_id: 'u' } }),
        ),
    ],
  ])('needs %s on %s', async (Action, Resource, call) => {
    lambda.createFunction(functionWith('export const handler = () => 1;'));
    expectDenial(Action);
    await expect(call()).rejects.toMatchObject({
      name: expect.stringContaining('AccessDenied'),
      message: expect.stringContaining(`${Action} on resource: ${Resource}`),
    });
    iam.addStatements('create', [{ Effect: 'Allow', Action, Resource }]);
    expect((await call()).$metadata.httpStatusCode).toBe(200);
  });

  it('is counted under its name', async () => {
    iam.addStatements('create', [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }]);
    for (const credentials of [asFunction(), developer]) {
      await new SQSClient(config(credentials)).send(new GetQueueUrlCommand({ QueueName: 'create' }));
    }
    expect(requests).toEqual([
      { service: 'sqs', operation: 'GetQueueUrl', functionName: 'create' },
      { service: 'sqs', operation: 'GetQueueUrl' },
    ]);
    expect(entries.map(({ message }) => message)).toEqual([
      'create: sqs GetQueueUrl 200 (0 ms)',
      'account: sqs GetQueueUrl 200 (0 ms)',
    ]);
  });

  it('gets no answer from a service that it cannot reach', async () => {
    reachable = [];
    const controller = new AbortController();
    const call = new SQSClient(config(asFunction())).send(new GetQueueUrlCommand({ QueueName: 'create' }), {
      abortSignal: controller.signal,
    });
    await vi.waitFor(() => expect(requests).toHaveLength(1), patience);
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(entries).toEqual([]);
  });

  it('does so with the SDK of its own bundle, by its own credentials and AWS_ENDPOINT_URL', async () => {
    iam.addStatements('create', [
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('sqs', 'create') },
    ]);
    const sdk = import.meta.resolve('@aws-sdk/client-sqs');
    const source = `import { SQSClient, SendMessageCommand } from ${JSON.stringify(sdk)};
      export const handler = ({ QueueUrl }) =>
        new SQSClient().send(new SendMessageCommand({ QueueUrl, MessageBody: 'from inside' })).then(() => 'sent');`;
    lambda.createFunction(functionWith(source, { credentials: asFunction(), timeoutMs: 20_000 }));
    const { payload } = await lambda.invoke(
      'example',
      { QueueUrl: sqs.url('create') },
      { principal: 'account' },
    );
    expect(payload).toBe('sent');
    expect(requests).toEqual([{ service: 'sqs', operation: 'SendMessage', functionName: 'create' }]);
    expect(sqs.receive('create', 1)[0]?.body).toBe('from inside');
  });
});

describe('a request without an SDK', () => {
  const post = (headers: Record<string, string>, body = '{}') =>
    fetch(url, { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.SendMessage', ...headers }, body });
  const authorization =
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host';

  it('is refused without a signature', async () => {
    const response = await post({});
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it.each([
    ['{', 'SerializationException'],
    ['[]', 'SerializationException'],
    ['{"QueueUrl":1}', 'SerializationException'],
    ['{}', 'MissingParameter'],
  ])('is refused the body %s with %s', async (body, name) => {
    const response = await post({ authorization }, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: name });
  });

  it('is refused an unknown service and a body without end', async () => {
    const unknown = await post({ authorization, 'x-amz-target': 'Logs_20140328.PutLogEvents' });
    expect(await unknown.json()).toMatchObject({
      message: expect.stringContaining('Logs_20140328.PutLogEvents'),
    });
    const large = await post({ authorization }, 'x'.repeat(17 * 1024 * 1024));
    expect(large.status).toBe(413);
  });
});
