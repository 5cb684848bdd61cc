import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import dynalite from 'dynalite';
import { listen } from '../http-server.ts';
import { parseJson, recordOf } from '../json.ts';
import { unknownOperation } from './aws-error.ts';
import { createChangeObserver, type Item, type ItemChange } from './dynamodb-changes.ts';

/** An answer of DynamoDB, which the caller gets unchanged. */
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
   * Makes a table from the properties of an `AWS::DynamoDB::Table`, active at once. A table that is there already is
   * kept. With a `StreamSpecification`, `onChange` gets the changes of its items.
   * @throws Error if the kept table has other keys or indexes, or if dynalite refuses the properties
   */
  createTable(properties: Record<string, unknown>, name: string): Promise<void>;
  /** Passes a call on: `target` is the header `X-Amz-Target`, `body` the JSON of DynamoDB's own protocol. */
  call(target: string, body: Buffer): Promise<DynamoDbAnswer>;
  /**
   * What the caller of this call must be allowed: the operation on its table or index.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
   * @throws AwsError `UnknownOperationException` for an operation that is not one of `operations`
   */
  requiredAction(target: string, body: Buffer): RequiredAction;
  /** Closes the files of the tables. */
  stop(): Promise<void>;
}

/** The operations on items that are supported: each reads or writes one table. */
const operations = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'];

/**
 * The properties that `CreateTable` of dynalite takes. The others have no effect on one machine. Expired items, for
 * example, stay: DynamoDB itself may delete them days late, so readers filter them anyway.
 */
const tableProperties = [
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'LocalSecondaryIndexes',
  'GlobalSecondaryIndexes',
];

/**
 * DynamoDB on this machine, by dynalite, which listens on a port of its own, and answers only this process. Items are kept
 * in the directory `path`, or in memory without it. `call` checks no rights: the caller of `call` does that with
 * `requiredAction`.
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
  const key = randomUUID();
  keepPrivate(server, key);
  const place = { port: await listen(server, 0), key };
  const callJson = async (operation: string, input: unknown) => {
    const answer = await post(place, `DynamoDB_20120810.${operation}`, Buffer.from(JSON.stringify(input)));
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
    const kept = keysOf(recordOf(output.Table));
    if (isDeepStrictEqual(kept, keysOf(input))) return;
    throw new Error(
      `The table ${name} in ${path} has other keys or indexes than the template asks for: start again with --reset, which deletes all local data.`,
    );
  }

  async function isActive(name: string): Promise<boolean> {
    const { output } = await callJson('DescribeTable', { TableName: name });
    return recordOf(output.Table).TableStatus === 'ACTIVE';
  }

  return {
    async createTable(properties, name) {
      if (properties.StreamSpecification) changes.observe(name, keyNamesOf(properties));
      const known = Object.entries(properties).filter(([key]) => tableProperties.includes(key));
      const input = { ...Object.fromEntries(known), TableName: name };
      const { status, output } = await callJson('CreateTable', input);
      if (String(output.__type).endsWith('ResourceInUseException')) return checkKept(input, name);
      if (status !== 200) throw new Error(`DynamoDB refused the table ${name}: ${JSON.stringify(output)}`);
      // dynalite makes it active one turn of the event loop later, even if createTableMs is 0.
      while (!(await isActive(name)));
    },

    call: (target, body) =>
      changes.around(operationOf(target), parseObject(body), () => post(place, target, body)),

    requiredAction(target, body) {
      const operation = operationOf(target);
      if (!operations.includes(operation)) throw unknownOperation(target, operations);
      const { TableName, IndexName } = parseObject(body);
      const index = IndexName === undefined ? '' : `/index/${String(IndexName)}`;
      const table = String(TableName);
      const resource = table.startsWith('arn:')
        ? table
        : `arn:aws:dynamodb:${region}:${account}:table/${table}`;
      return { action: `dynamodb:${operation}`, resource: `${resource}${index}` };
    },

    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where dynalite listens, and the key that only this process has. */
interface Place {
  port: number;
  key: string;
}

const keyHeader = 'x-belfry-key';

/** Lets dynalite answer only requests with the key. Otherwise it would answer every page and every user of this machine. */
function keepPrivate(server: Server, key: string): void {
  const [serve = () => {}] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (request.headers[keyHeader] === key) Reflect.apply(serve, server, [request, response]);
    else response.writeHead(403).end();
  });
}

async function post({ port, key }: Place, target: string, body: Buffer): Promise<DynamoDbAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      [keyHeader]: key,
      'x-amz-date': '20260101T000000Z',
      // dynalite wants a signature, and does not verify it.
      authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local',
    },
  });
  return {
    status: response.status,
    headers: passedOn(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  };
}

function operationOf(target: string): string {
  return target.split('.')[1] ?? '';
}

function keyNamesOf({ KeySchema }: Record<string, unknown>): string[] {
  const parts: unknown[] = Array.isArray(KeySchema) ? KeySchema : [];
  return parts.map((part) => String(recordOf(part).AttributeName));
}

function passedOn(headers: Headers): Record<string, string> {
  const names = ['content-type', 'x-amz-crc32', 'x-amzn-requestid'];
  return Object.fromEntries(
    names.flatMap((name) => (headers.has(name) ? [[name, String(headers.get(name))]] : [])),
  );
}

/** What must be equal if a kept table is to be used again: its keys and its indexes. */
function keysOf(table: Record<string, unknown>) {
  const indexesOf = (property: string) => {
    const indexes = Array.isArray(table[property]) ? table[property].map(recordOf) : [];
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

/** A body that is not JSON has no members. DynamoDB answers it with a SerializationException of its own. */
function parseObject(body: Buffer): Record<string, unknown> {
  return recordOf(parseJson(body.toString()));
}
