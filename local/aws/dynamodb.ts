import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import dynalite from 'dynalite';
import { unknownOperation } from './aws-error.ts';
import { createChangeObserver, type Item, type ItemChange, objectOf } from './dynamodb-changes.ts';

/** An answer of DynamoDB, to be passed on as it is. */
export interface DynamoDbAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** An action on a resource that a caller must be allowed. */
export interface RequiredAction {
  action: string;
  resource: string;
}

export interface DynamoDb {
  /**
   * Makes a table of an `AWS::DynamoDB::Table`'s properties, active at once; keeps one that is there already.
   * Throws where the kept one has other keys or indexes, or where dynalite refuses the properties. With a
   * `StreamSpecification`, changes of its items are told to `onChange`.
   */
  createTable(properties: Record<string, unknown>, name: string): Promise<void>;
  /**
   * Passes a call on: `target` is the header `X-Amz-Target`, `body` the JSON of DynamoDB's own protocol. Throws
   * `UnknownOperationException` for what dynalite does not have, transactions among them.
   */
  call(target: string, body: Buffer): Promise<DynamoDbAnswer>;
  /**
   * What the caller of this call needs: the operation on its table or index, on each table of a batch, and on each
   * item of a transaction the single action behind it.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
   */
  requiredActions(target: string, body: Buffer): RequiredAction[];
  /** Closes the tables' files. */
  stop(): Promise<void>;
}

/** What `CreateTable` of dynalite takes; the rest has no effect on one machine (see `createTable`). */
const tableProperties = [
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'LocalSecondaryIndexes',
  'GlobalSecondaryIndexes',
];

/**
 * DynamoDB on this machine, by dynalite: items are kept under `path`, or in memory without it. It listens on a port
 * of 127.0.0.1 of its own and asks for no rights: those are checked by whoever calls `call`.
 */
export async function createDynamoDb({
  path,
  region,
  account,
  onChange = () => {},
}: {
  path?: string;
  region: string;
  account: string;
  onChange?: (change: ItemChange) => void;
}): Promise<DynamoDb> {
  if (path) await mkdir(path, { recursive: true });
  const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const server = dynalite(path ? { path, ...instant } : instant);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('dynalite does not listen on a port.');
  const { port } = address;

  async function send(target: string, body: Buffer): Promise<DynamoDbAnswer> {
    const answer = await post(port, target, body);
    if (answer.status === 200) return answer;
    // dynalite does not say which.
    const isUnknown = String(parseObject(answer.body).__type).endsWith('UnknownOperationException');
    if (isUnknown) throw unknownOperation(target);
    return answer;
  }
  const callJson = async (operation: string, input: unknown) => {
    const answer = await send(`DynamoDB_20120810.${operation}`, Buffer.from(JSON.stringify(input)));
    return { status: answer.status, output: parseObject(answer.body) };
  };

  const changes = createChangeObserver({
    async readItem(TableName, Key) {
      const { output } = await callJson('GetItem', { TableName, Key, ConsistentRead: true });
      return output.Item as Item | undefined;
    },
    onChange,
  });

  async function checkKept(input: Record<string, unknown>, name: string): Promise<void> {
    const { output } = await callJson('DescribeTable', { TableName: name });
    const kept = keysOf(objectOf(output.Table));
    if (isDeepStrictEqual(kept, keysOf(input))) return;
    throw new Error(
      `The table ${name} kept in ${path} has other keys or indexes than the template asks for; begin anew with --reset.`,
    );
  }

  async function isActive(name: string): Promise<boolean> {
    const { output } = await callJson('DescribeTable', { TableName: name });
    return objectOf(output.Table).TableStatus === 'ACTIVE';
  }

  return {
    async createTable(properties, name) {
      // Left out: TimeToLiveSpecification (AWS may delete days late, so readers must filter expired items anyway),
      // PointInTimeRecoverySpecification, SSESpecification, DeletionProtectionEnabled and Tags, none of which a
      // caller can see in an answer.
      if (properties.StreamSpecification) changes.observe(name, keyNamesOf(properties));
      const known = Object.entries(properties).filter(([key]) => tableProperties.includes(key));
      const input = { ...Object.fromEntries(known), TableName: name };
      const { status, output } = await callJson('CreateTable', input);
      if (String(output.__type).endsWith('ResourceInUseException')) return checkKept(input, name);
      if (status !== 200) throw new Error(`DynamoDB refused the table ${name}: ${JSON.stringify(output)}`);
      // dynalite makes it active one turn later, however short createTableMs is.
      while (!(await isActive(name)));
    },

    call: (target, body) => changes.around(operationOf(target), parseObject(body), () => send(target, body)),

    requiredActions: (target, body) =>
      requiredActions(operationOf(target), parseObject(body), `arn:aws:dynamodb:${region}:${account}:table/`),

    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function post(port: number, target: string, body: Buffer): Promise<DynamoDbAnswer> {
  // dynalite checks that a signature is there, not whose it is or whether it is right.
  const authorization = 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local';
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    'x-amz-target': target,
    'x-amz-date': '20260101T000000Z',
    authorization,
  };
  const sent = request({ host: '127.0.0.1', port, method: 'POST', headers });
  const answered = new Promise<DynamoDbAnswer>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const { statusCode = 500 } = response;
        resolve({ status: statusCode, headers: passedOn(response.headers), body: Buffer.concat(chunks) });
      });
    });
  });
  sent.end(body);
  return answered;
}

function operationOf(target: string): string {
  return target.split('.')[1] ?? '';
}

function keyNamesOf({ KeySchema }: Record<string, unknown>): string[] {
  const parts: unknown[] = Array.isArray(KeySchema) ? KeySchema : [];
  return parts.map((part) => String(objectOf(part).AttributeName));
}

function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const names = ['content-type', 'x-amz-crc32', 'x-amzn-requestid'];
  return Object.fromEntries(names.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : [])));
}

/** The single action behind each kind of item in a transaction. */
const transactionActions: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

function requiredActions(
  operation: string,
  input: Record<string, unknown>,
  tables: string,
): RequiredAction[] {
  const action = (name: string, table: unknown, index?: unknown): RequiredAction => ({
    action: `dynamodb:${name}`,
    resource:
      (String(table).startsWith('arn:') ? String(table) : `${tables}${String(table)}`) +
      (index === undefined ? '' : `/index/${String(index)}`),
  });
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    return Object.keys(objectOf(input.RequestItems)).map((table) => action(operation, table));
  }
  if (operation === 'TransactGetItems' || operation === 'TransactWriteItems') {
    const items = Array.isArray(input.TransactItems) ? input.TransactItems : [];
    return items.flatMap((item) =>
      Object.entries(objectOf(item)).map(([kind, of]) =>
        action(transactionActions[kind] ?? kind, objectOf(of).TableName),
      ),
    );
  }
  // Account-wide operations such as ListTables have no table.
  return [action(operation, input.TableName ?? '*', input.IndexName)];
}

/** What makes two tables the same for those who read and write them. */
function keysOf(table: Record<string, unknown>) {
  const indexesOf = (property: string) => {
    const indexes = Array.isArray(table[property]) ? table[property].map(objectOf) : [];
    const bare = indexes.map(({ IndexName, KeySchema, Projection }) => ({
      IndexName,
      KeySchema,
      Projection,
    }));
    return bare.sort((a, b) => String(a.IndexName).localeCompare(String(b.IndexName)));
  };
  return {
    keys: table.KeySchema,
    globalIndexes: indexesOf('GlobalSecondaryIndexes'),
    localIndexes: indexesOf('LocalSecondaryIndexes'),
  };
}

function parseObject(body: Buffer): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(body.toString()));
  } catch {
    // DynamoDB answers a SerializationException of its own.
    return {};
  }
}
