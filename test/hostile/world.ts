import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import pg from 'pg';
import { deadLetterQueueUrl, takeMessages } from '../support/dead-letter-queue.ts';
import { newUser } from '../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../support/own-system.ts';
import { sharedPolicy } from '../support/shared-settings.ts';
import { nameOfResource } from '../support/templates.ts';
import { audience, issuer } from './credentials.ts';
import { existing } from './existing.ts';

/** A user with one unread notification. */
export interface Owner {
  user: string;
  id: number;
}

/** What one attempt has for itself: the one in whose name it is made, and another, whose inbox is none of its business. */
export interface Fixture {
  own: Owner;
  other: Owner;
}

/** The system under attack, and what is seen of it from behind: its tables and its dead letters. */
export interface World {
  own: OwnSystem;
  /** Takes away all inboxes, and makes two for each of so many attempts. */
  populate(attempts: number): Promise<Fixture[]>;
  /** Everything that is stored of each user who has anything, as one text. */
  inboxes(): Promise<ReadonlyMap<string, string>>;
  /** Whether the table of connections has one of this user. */
  isConnected(user: string): Promise<boolean>;
  /** Whether a create of this user was counted against its minute. */
  isCounted(user: string): Promise<boolean>;
  /** The letters in the create doors' dead-letter queue, once there are so many, or an hour of the system's time is over. */
  takeLetters(count: number): Promise<string[]>;
  /** The users whose inboxes are not what they were, once there are so many, or an hour of the system's time is over. */
  changedSince(before: ReadonlyMap<string, string>, count: number): Promise<ReadonlySet<string>>;
  stop(): Promise<void>;
}

/** How far the time goes on at once while something is waited for: between two tries of a message lie minutes. */
const stepMs = 30_000;

/** By the system's time; the last try of a message is some 12 minutes after its first. */
const patienceMs = 60 * 60_000;

/** How long between two looks at the tables, by the machine's time. */
const lookEveryMs = 50;

/**
 * Starts a system of its own, whose tokens must name their issuer and audience, and in which not everybody may create
 * everything.
 * @param logDirectory where its lines are kept; left out, where those of the whole run of tests are
 */
export async function startWorld(logDirectory?: string): Promise<World> {
  const own = await startOwnSystem({
    context: {
      allowedOrigins: 'http://localhost:*',
      jwtIssuers: issuer,
      jwtAudiences: audience,
      scopes: sharedPolicy.scopes.join(','),
      types: JSON.stringify({ ...sharedPolicy.types, payout: { critical: true, sources: ['payments'] } }),
    },
    ...(logDirectory !== undefined && { logDirectory }),
  });
  await using started = new AsyncDisposableStack();
  started.defer(() => own.stop());
  const database = new pg.Client({ connectionString: own.system.databaseUrl });
  await database.connect();
  started.defer(() => database.end());
  const aws = {
    endpoint: own.system.awsEndpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const sqs = new SQSClient(aws);
  started.defer(() => sqs.destroy());
  const client = new DynamoDBClient(aws);
  started.defer(() => client.destroy());
  const lettersUrl = await deadLetterQueueUrl(sqs, 'Pipeline', own.assemblyDirectory);
  const countsTable = nameOfResource(own.assemblyDirectory, 'AWS::DynamoDB::Table', 'Rates');
  const hasItem = hasItemIn(DynamoDBDocumentClient.from(client));
  const running = started.move();

  async function takeLetters(count: number): Promise<string[]> {
    const until = own.clock.now() + patienceMs;
    const letters: string[] = [];
    while (letters.length < count && own.clock.now() < until) {
      letters.push(...(await takeMessages(sqs, lettersUrl)));
    }
    return letters;
  }

  async function changedSince(
    before: ReadonlyMap<string, string>,
    count: number,
  ): Promise<ReadonlySet<string>> {
    const until = own.clock.now() + patienceMs;
    for (;;) {
      const inboxes = await inboxesIn(database);
      const changed = [...inboxes.keys()].filter((user) => inboxes.get(user) !== before.get(user));
      if (changed.length >= count || own.clock.now() >= until) return new Set(changed);
      await setTimeout(lookEveryMs);
    }
  }

  return {
    own,
    populate: (attempts) => populate(database, attempts),
    inboxes: () => inboxesIn(database),
    isConnected: (user) => hasItem(own.belfry.outputs.ConnectionsTableName, 'user_id', user),
    isCounted: (user) => hasItem(countsTable, 'subject', user),
    takeLetters: (count) => own.later(stepMs, takeLetters(count)),
    changedSince: (before, count) => own.later(stepMs, changedSince(before, count)),
    stop: () => running.disposeAsync(),
  };
}

async function populate(database: pg.Client, attempts: number): Promise<Fixture[]> {
  const users = Array.from({ length: 2 * attempts }, newUser);
  await database.query('TRUNCATE inboxes, notifications, activities, scheduled, outbox');
  await database.query(
    `INSERT INTO inboxes (user_id, version, counted_version, unread_count, unseen_count)
     SELECT unnest($1::uuid[]), 1, 1, 1, 1`,
    [users],
  );
  const { rows } = await database.query<{ id: string; user_id: string }>(
    `INSERT INTO notifications (user_id, title, body, idempotency_key, actions, created_at, updated_at, version)
     SELECT unnest($1::uuid[]), $2, $3, $4, $5, now(), now(), 1 RETURNING id, user_id`,
    [
      users,
      existing.title,
      existing.body,
      existing.idempotency_key,
      JSON.stringify([{ id: existing.action, label: 'Accept' }]),
    ],
  );
  const owners = rows.map(({ id, user_id }) => ({ user: user_id, id: Number(id) }));
  return Array.from({ length: attempts }, (_, index) => {
    const [own, other] = owners.slice(2 * index);
    if (!own || !other) throw new Error('The database has made fewer notifications than were asked for.');
    return { own, other };
  });
}

async function inboxesIn(database: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.query<{ user_id: string; stored: string }>(
    `SELECT user_id, concat(i::text, string_agg(n::text, ' ' ORDER BY n.id)) AS stored
     FROM inboxes i FULL JOIN notifications n USING (user_id) GROUP BY user_id, i`,
  );
  return new Map(rows.map(({ user_id, stored }) => [user_id, stored]));
}

/** Whether a table has an item with this partition key. */
const hasItemIn = (dynamo: DynamoDBDocumentClient) => async (table: string, key: string, value: string) => {
  const { Count = 0 } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: '#key = :value',
      ExpressionAttributeNames: { '#key': key },
      ExpressionAttributeValues: { ':value': value },
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  return Count > 0;
};
