import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assumptions } from '../../bin/cost/assumptions.ts';
import { type Bill, billOf } from '../../bin/cost/bill.ts';
import type { AuroraFacts, RdsFacts } from '../../bin/cost/database-facts.ts';
import { runsAMonth } from '../../bin/cost/month.ts';
import { costBeyondFree, listCost, prices } from '../../bin/cost/prices.ts';
import { dollars, reportOf, toJson } from '../../bin/cost/report.ts';
import type { StackFacts } from '../../bin/cost/stack-facts.ts';
import { readUsage, type Usage } from '../../bin/cost/usage.ts';
import type { MetricLabels, MetricName } from '../../functions/core/metrics.ts';
import { createMetrics } from '../../functions/platform/metrics.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';

const rds: RdsFacts = {
  kind: 'rds',
  instanceType: 't4g.micro',
  zones: 1,
  storageGb: 20,
  maxStorageGb: 100,
  backupDays: 7,
  hasProxy: false,
};
const aurora: AuroraFacts = {
  kind: 'aurora',
  minAcus: 0,
  maxAcus: 4,
  pausesAfterSeconds: 300,
  backupDays: 7,
  hasProxy: false,
};

/** An installation with the numbers that the cases below count with. */
const stack: StackFacts = {
  functions: {
    'authorize-request': { memoryMb: 512, isTraced: false, scheduledRuns: 0 },
    connect: { memoryMb: 512, isTraced: false, scheduledRuns: 0 },
    'count-connections': { memoryMb: 512, isTraced: false, scheduledRuns: 8_760 },
    'create-notification': { memoryMb: 512, isTraced: false, scheduledRuns: 0 },
    'deliver-notification': { memoryMb: 512, isTraced: false, scheduledRuns: 0 },
    disconnect: { memoryMb: 512, isTraced: false, scheduledRuns: 0 },
    'purge-expired': { memoryMb: 512, isTraced: false, scheduledRuns: 30 },
    'read-notifications': { memoryMb: 512, isTraced: false, scheduledRuns: 0 },
    'update-notifications': { memoryMb: 512, isTraced: false, scheduledRuns: 0 },
  },
  secrets: 2,
  alarmMetrics: 44,
  dashboards: [48],
  polledQueues: 1,
  database: rds,
  natGateways: 0,
  publicIpv4Addresses: 0,
  pushesByTable: false,
  countsCreates: true,
  measuredTypes: 0,
  keptDays: 365,
  logRetentionDays: 30,
  accessLogFormats: { http: 300, socket: 0 },
};
const { database: _, ...withoutDatabase } = stack;

const noUse = readUsage({});
/** No user is online, nothing is marked or read: only what the case adds. */
const quiet: Usage = { ...noUse, hours: 0, reads: 0, marks: 0 };

function lineOf({ lines }: Bill, service: string, item: string) {
  const found = lines.filter((line) => line.service === service && line.item === item);
  if (found.length > 1) throw new Error(`${service}: ${item} is there ${found.length} times.`);
  const [{ quantity, listUsd, usd } = { quantity: 0, listUsd: 0, usd: 0 }] = found;
  return { quantity, listUsd, usd };
}

const cents = (usd: number) => Math.round(usd * 100) / 100;

describe('An idle installation costs', () => {
  const bill = billOf(stack, noUse);
  const cost = (service: string, item: string) => {
    const { listUsd, usd } = lineOf(bill, service, item);
    return [cents(listUsd), cents(usd)];
  };

  it('an instance for 730 hours at $0.016, and 20 GB at $0.115', () => {
    expect(cost('RDS', 'instance db.t4g.micro')).toEqual([11.68, 11.68]);
    expect(cost('RDS', 'storage')).toEqual([2.3, 2.3]);
    expect(cost('RDS', 'backups')).toEqual([0, 0]);
  });

  it('44 alarms at $0.10, ten of them free, and a dashboard at $3, which is free', () => {
    expect(cost('CloudWatch', 'alarms')).toEqual([4.4, 3.4]);
    expect(cost('CloudWatch', 'dashboards')).toEqual([3, 0]);
  });

  it('one metric of every hour and six of an hour a day: (730 + 6 × 30) / 730 × $0.30', () => {
    expect(lineOf(bill, 'CloudWatch', 'metrics').quantity).toBeCloseTo(1.2466, 4);
    expect(cost('CloudWatch', 'metrics')).toEqual([0.37, 0]);
  });

  it('two secrets at $0.40', () => {
    expect(cost('Secrets Manager', 'secrets')).toEqual([0.8, 0.8]);
  });

  it('the polling of a queue: five pollers, each once in 20 of 2,628,000 seconds', () => {
    expect(lineOf(bill, 'SQS', 'polling').quantity).toBe(657_000);
    expect(cost('SQS', 'polling')).toEqual([0.26, 0]);
  });

  it('8,790 scheduled invocations, 8,760 of 50 ms and 30 of a second, each with a cold start of 700 ms', () => {
    expect(lineOf(bill, 'Lambda', 'requests').quantity).toBe(8_790);
    // 8,760 × 0.75 s × 0.5 GB and 30 × 1.7 s × 0.5 GB
    expect(lineOf(bill, 'Lambda', 'count-connections').quantity).toBeCloseTo(3_285);
    expect(lineOf(bill, 'Lambda', 'purge-expired').quantity).toBeCloseTo(25.5);
    expect(cost('Lambda', 'count-connections')).toEqual([0.04, 0]);
  });

  it('half a read unit for each count of an empty table', () => {
    expect(lineOf(bill, 'DynamoDB', 'reads: the count of connections').quantity).toBe(4_380);
  });

  it('nothing for what users and producers do', () => {
    for (const service of ['API Gateway', 'EventBridge', 'Data transfer', 'VPC', 'X-Ray', 'Aurora']) {
      expect(bill.lines.filter((line) => line.service === service)).toEqual([]);
    }
  });

  it('$18.18 beyond what is free, and $22.87 at list price', () => {
    expect(cents(bill.usd)).toBe(18.18);
    // 11.68 + 2.30 + 4.40 + 3.00 + 0.374 + 0.80 + 0.263 + 0.046 of Lambda + 0.005 of logs
    expect(bill.listUsd).toBeCloseTo(22.87, 2);
  });

  it('no more with alarms for ten metrics than without alarms', () => {
    expect(cents(billOf({ ...stack, alarmMetrics: 10 }, noUse).usd)).toBe(14.78);
    expect(cents(billOf({ ...stack, alarmMetrics: 0 }, noUse).usd)).toBe(14.78);
  });
});

describe('The modes differ by', () => {
  it('a standby in a second zone: twice the instance and the storage', () => {
    const bill = billOf({ ...stack, database: { ...rds, zones: 2 } }, noUse);
    expect(lineOf(bill, 'RDS', 'instance db.t4g.micro').usd).toBeCloseTo(23.36);
    expect(lineOf(bill, 'RDS', 'storage').usd).toBeCloseTo(4.6);
  });

  it('a NAT gateway and its address: 730 hours at $0.045 and at $0.005', () => {
    const bill = billOf({ ...stack, natGateways: 1, publicIpv4Addresses: 1 }, noUse);
    expect(lineOf(bill, 'VPC', 'NAT gateways').usd).toBeCloseTo(32.85);
    expect(lineOf(bill, 'VPC', 'public IPv4 addresses').usd).toBeCloseTo(3.65);
    expect(bill.usd - billOf(stack, noUse).usd).toBeCloseTo(36.5);
  });

  it('an Aurora that sleeps: 30 wakings of 6 minutes with 0.5 ACUs at $0.12', () => {
    const bill = billOf({ ...stack, database: aurora }, noUse);
    // 1 - exp(-30 × 360 / 2,628,000) = 0.0041012 of 730 hours
    expect(lineOf(bill, 'Aurora', 'capacity').quantity).toBeCloseTo(0.5 * 2.9939, 3);
    expect(lineOf(bill, 'Aurora', 'capacity').usd).toBeCloseTo(0.18);
    expect(bill.lines.filter(({ service }) => service === 'RDS')).toEqual([]);
  });

  it.each([
    ['t4g.micro', 2],
    ['m7g.large', 2],
    ['m7g.xlarge', 4],
    ['m7g.2xlarge', 8],
  ])('a proxy: each vCPU of %s, %d of them, at $0.015 an hour', (instanceType, vcpus) => {
    const bill = billOf({ ...stack, database: { ...rds, instanceType, hasProxy: true } }, noUse);
    expect(lineOf(bill, 'RDS', 'proxy').usd).toBeCloseTo(vcpus * 730 * 0.015);
    expect(lineOf(billOf(stack, noUse), 'RDS', 'proxy').usd).toBe(0);
  });

  it('a proxy of Aurora: 8 ACUs at least, and as many as the cluster has', () => {
    const { pausesAfterSeconds: never, ...awake } = aurora;
    const proxied = (database: Partial<AuroraFacts>) =>
      lineOf(
        billOf({ ...stack, database: { ...awake, hasProxy: true, ...database } }, noUse),
        'Aurora',
        'proxy',
      );
    expect(proxied({ minAcus: 0.5 }).usd).toBeCloseTo(8 * 730 * 0.015);
    expect(proxied({ minAcus: 16, maxAcus: 32 }).usd).toBeCloseTo(16 * 730 * 0.015);
  });

  it('an Aurora that never sleeps: 730 hours of its least capacity', () => {
    const { pausesAfterSeconds: never, ...awake } = aurora;
    const bill = billOf({ ...stack, database: { ...awake, minAcus: 2 } }, noUse);
    expect(lineOf(bill, 'Aurora', 'capacity').usd).toBeCloseTo(2 * 730 * 0.12);
  });

  it('a database that exists: it is not on the bill, which says so', () => {
    const bill = billOf(withoutDatabase, noUse);
    expect(bill.lines.filter(({ service }) => service === 'RDS' || service === 'Aurora')).toEqual([]);
    expect(bill.warnings).toEqual(['The database is not on this bill, because it exists already.']);
  });

  it('pushes by a table: a write unit for each KB of a frame, and an invocation for each', () => {
    const usage = { ...quiet, notifications: 1_000_000, marks: 1 };
    const bill = billOf({ ...stack, pushesByTable: true }, usage);
    // A frame of 500 + 600 bytes takes 2 units, for a million creates and a million marks.
    expect(lineOf(bill, 'DynamoDB', 'writes: pushes by the table')).toMatchObject({
      quantity: 4_000_000,
      usd: 2.5,
    });
    const posted = billOf(stack, usage);
    expect(lineOf(posted, 'DynamoDB', 'writes: pushes by the table').quantity).toBe(0);
    const requests = (of: Bill) => lineOf(of, 'Lambda', 'requests').quantity;
    expect(requests(bill) - requests(posted)).toBe(2_000_000);
  });
});

describe('Users cost', () => {
  it('pings, and minutes of connections: 1,000 users for 8 hours on 22 days', () => {
    const bill = billOf(stack, { ...quiet, users: 1_000, hours: 8, days: 22 });
    // 1,000 × 22 × 8 × 72 pings of 50 seconds, and a pong for each
    expect(lineOf(bill, 'API Gateway', 'pings and pongs')).toEqual({
      quantity: 25_344_000,
      listUsd: 25.344,
      usd: 25.344,
    });
    expect(lineOf(bill, 'API Gateway', 'connection minutes')).toEqual({
      quantity: 10_560_000,
      listUsd: 2.64,
      usd: 2.64,
    });
  });

  it('a socket for each token, with four writes of its table, a sync and the question before it', () => {
    const bill = billOf(stack, { ...quiet, users: 1_000, hours: 8, days: 22, tokenMinutes: 15 });
    // 10,560,000 minutes / 15 = 704,000 sockets
    expect(lineOf(bill, 'DynamoDB', 'writes: connections')).toMatchObject({ quantity: 2_816_000, usd: 1.76 });
    expect(lineOf(bill, 'DynamoDB', 'reads: connections').quantity).toBe(1_056_000);
    expect(lineOf(bill, 'API Gateway', 'HTTP requests').quantity).toBe(1_408_000);
    // connect, disconnect, authorize and read, and the schedules
    expect(lineOf(bill, 'Lambda', 'requests').quantity).toBe(4 * 704_000 + 8_790);
  });

  it('the count of connections: half a read unit for each 4 KB of 250 bytes, 8,760 times', () => {
    // 73,000 users for 24 hours on 30 days are 72,000 connections at any time: 18,000,000 bytes.
    const bill = billOf(stack, { ...quiet, users: 73_000, hours: 24, days: 30 });
    const units = 18_000_000 / 4_096 / 2;
    expect(lineOf(bill, 'DynamoDB', 'reads: the count of connections').quantity).toBeCloseTo(8_760 * units);
    // An item in the table and one in the index.
    expect(lineOf(bill, 'DynamoDB', 'storage').quantity).toBeCloseTo(36_000_000 / 2 ** 30, 6);
    // 50 ms, and 20 ms for each 1,000 connections, after a cold start of 700 ms.
    expect(lineOf(bill, 'Lambda', 'count-connections').quantity).toBeCloseTo(
      8_760 * (0.7 + 0.05 + 0.02 * 72) * 0.5,
    );
  });

  it('lists: two requests of API Gateway and two invocations for each', () => {
    const bill = billOf(stack, { ...quiet, users: 1_000, reads: 5, days: 20 });
    expect(lineOf(bill, 'API Gateway', 'HTTP requests')).toMatchObject({ quantity: 200_000, usd: 0.2 });
    expect(lineOf(bill, 'Lambda', 'requests').quantity).toBe(200_000 + 8_790);
    // 100,000 × (20 ms + 1 % of 700 ms) × 0.5 GB
    expect(lineOf(bill, 'Lambda', 'read-notifications').quantity).toBeCloseTo(1_350);
    // 100,000 × 1 % + 20 notifications of 1,100 bytes, an answer, and one before it
    const bytes = 100_000 * (20 * 1_100 + 500 + 500);
    expect(lineOf(bill, 'Data transfer', 'to the internet').quantity).toBeCloseTo(bytes / 2 ** 30, 6);
    // Half of the pages come from another zone, and are billed there and here.
    expect(lineOf(bill, 'Data transfer', 'between zones').quantity).toBeCloseTo(
      (100_000 * 20 * 1_100) / 2 ** 30,
      6,
    );
  });
});

describe('Times and events cost', () => {
  const ticking: StackFacts = {
    ...stack,
    functions: {
      ...stack.functions,
      tick: { memoryMb: 512, isTraced: false, scheduledRuns: 43_800 },
      'publish-events': { memoryMb: 512, isTraced: false, scheduledRuns: 0 },
    },
  };

  it('a tick of 15 ms a minute, which is nearly always warm, and a read of the due time', () => {
    const bill = billOf(ticking, noUse);
    // 43,800 × (15 ms + 1 % of 700 ms) × 0.5 GB
    expect(lineOf(bill, 'Lambda', 'tick').quantity).toBeCloseTo(481.8);
    expect(lineOf(bill, 'DynamoDB', 'reads: the due time').quantity).toBe(43_800);
  });

  it('for each time two writes of the due time, and what the tick does', () => {
    const bill = billOf(ticking, { ...quiet, notifications: 1_000_000, times: 1 });
    expect(lineOf(bill, 'DynamoDB', 'writes: due times')).toMatchObject({ quantity: 2_000_000, usd: 1.25 });
    // 30 ms each
    expect(lineOf(bill, 'Lambda', 'tick').quantity).toBeCloseTo(481.8 + 15_000);
  });

  it('for each event a write, an invocation, and an event of EventBridge', () => {
    const bill = billOf(ticking, { ...quiet, notifications: 1_000_000, events: 1, door: 'invoke' });
    expect(lineOf(bill, 'DynamoDB', 'writes: events').quantity).toBe(1_000_000);
    expect(lineOf(bill, 'Lambda', 'publish-events').quantity).toBeCloseTo(1_000_000 * 0.047 * 0.5);
    expect(lineOf(bill, 'EventBridge', 'events')).toMatchObject({ quantity: 1_000_000, usd: 1 });
  });
});

describe('Notifications cost', () => {
  const million = { ...quiet, notifications: 1_000_000 };

  it.each([
    ['event', 'EventBridge', 1_000_000, 1],
    // Sent, received and deleted; 657,000 of the free million are polls.
    ['queue', 'SQS', 3_000_000, 1.0628],
  ] as const)('what brings the command: %s', (door, service, quantity, usd) => {
    const line = lineOf(billOf(stack, { ...million, door }), service, 'create commands');
    expect(line.quantity).toBe(quantity);
    const polls = lineOf(billOf(stack, { ...million, door }), 'SQS', 'polling').usd;
    expect(line.usd + (door === 'queue' ? polls : 0)).toBeCloseTo(usd, 4);
  });

  it('nothing of that if they are invoked', () => {
    const bill = billOf(stack, { ...million, door: 'invoke' });
    expect(lineOf(bill, 'EventBridge', 'create commands').quantity).toBe(0);
    expect(lineOf(bill, 'SQS', 'create commands').quantity).toBe(0);
  });

  it('a request and a count of the rate over HTTP, without a question before it', () => {
    const bill = billOf(stack, { ...million, door: 'http' });
    expect(lineOf(bill, 'API Gateway', 'HTTP requests').quantity).toBe(1_000_000);
    expect(lineOf(bill, 'DynamoDB', 'writes: rates of creates')).toMatchObject({
      quantity: 1_000_000,
      usd: 0.625,
    });
    const unlimited = billOf({ ...stack, countsCreates: false }, { ...million, door: 'http' });
    expect(lineOf(unlimited, 'DynamoDB', 'writes: rates of creates').quantity).toBe(0);
  });

  it('one invocation for all users of a command', () => {
    const bill = billOf(stack, { ...million, recipients: 100 });
    expect(lineOf(bill, 'Lambda', 'requests').quantity).toBe(10_000 + 8_790);
    // 10,000 × (50 ms + 99 × 5 ms + 7 ms) × 0.5 GB
    expect(lineOf(bill, 'Lambda', 'create-notification').quantity).toBeCloseTo(2_760);
    expect(lineOf(bill, 'EventBridge', 'create commands').quantity).toBe(10_000);
  });

  it('a frame to each connection for the create and for the mark, by 32 KB', () => {
    const usage = { ...quiet, users: 10, notifications: 1_000, marks: 1, connections: 2, hours: 1 };
    expect(lineOf(billOf(stack, usage), 'API Gateway', 'frames').quantity).toBe(4_000);
    // 33,000 + 600 bytes are more than 32,768.
    expect(lineOf(billOf(stack, { ...usage, size: 33_000 }), 'API Gateway', 'frames').quantity).toBe(8_000);
  });

  it('storage for those of a year, and a fifth more', () => {
    const bill = billOf({ ...stack, keptDays: 365 }, { ...quiet, notifications: 10_000_000 });
    // 12 × 10 million rows of 500 + 700 bytes, and the empty database
    const gigabytes = ((120_000_000 * 1_200 + 50_000_000) / 2 ** 30) * 1.2;
    expect(lineOf(bill, 'RDS', 'storage').quantity).toBeCloseTo(gigabytes, 3);
    expect(bill.warnings).toEqual([
      'The database needs 161 GB of storage, and its limit is 100: raise databaseMaxStorage.',
    ]);
  });

  it('backups beyond the size of the storage: the database, and seven days of four times what is written', () => {
    const usage = { ...quiet, notifications: 365_000_000 / 12 };
    const bill = billOf({ ...stack, keptDays: 10 }, usage);
    // A million rows of 1,200 bytes a day: 12 GB and seven times 4.8 GB, in 20 GB of storage.
    const gigabytes = (12_000_000_000 + 50_000_000 + 7 * 4_800_000_000) / 2 ** 30;
    expect(lineOf(bill, 'RDS', 'backups').quantity).toBeCloseTo(gigabytes - 20, 4);
    expect(lineOf(bill, 'RDS', 'backups').usd).toBeCloseTo((gigabytes - 20) * 0.095, 4);
    const atAurora = billOf({ ...stack, keptDays: 10, database: aurora }, usage);
    expect(lineOf(atAurora, 'Aurora', 'storage').quantity).toBeCloseTo(12_050_000_000 / 2 ** 30, 4);
    expect(lineOf(atAurora, 'Aurora', 'backups').quantity).toBeCloseTo((7 * 4_800_000_000) / 2 ** 30, 4);
  });

  it('storage requests of Aurora: 12 for a create, 8 for a mark, twice 8 for retention, 1 for a list', () => {
    const usage = { ...million, marks: 1, users: 1_000, reads: 5, days: 20 };
    const bill = billOf({ ...stack, database: aurora }, usage);
    const line = lineOf(bill, 'Aurora', 'storage requests');
    expect(line.quantity).toBe(12_000_000 + 8_000_000 + 16_000_000 + 100_000);
    expect(line.usd).toBeCloseTo(7.22);
  });

  it('thirteen metrics of every hour and six of an hour a day, and one for each measured type', () => {
    const usage = { ...quiet, users: 1_000, notifications: 1_000_000, hours: 2, door: 'http' as const };
    const bill = billOf(stack, usage);
    // Inboxes, UnreadPerInbox and what the tick measures come once a day. What can go wrong does so in every hour here.
    expect(lineOf(bill, 'CloudWatch', 'metrics').quantity).toBeCloseTo(13 + 180 / 730, 6);
    expect(
      lineOf(billOf({ ...stack, measuredTypes: 3 }, usage), 'CloudWatch', 'metrics').quantity,
    ).toBeCloseTo(16 + 180 / 730, 6);
  });

  it('their logs: 800 bytes of Lambda and 800 of its own for each invocation', () => {
    const ingested = (usage: Usage) => lineOf(billOf(stack, usage), 'CloudWatch', 'log ingestion').quantity;
    expect(ingested(million) - ingested(quiet)).toBeCloseTo((1_000_000 * 1_600) / 2 ** 30, 6);
    const entry = 300 * 1.2;
    expect(ingested({ ...million, door: 'http' }) - ingested(million)).toBeCloseTo(
      (1_000_000 * (800 + entry)) / 2 ** 30,
      6,
    );
  });

  it('the storage of the logs of 30 days: 15 % of what came in 30 of 30.42 days', () => {
    const bill = billOf(stack, million);
    const { quantity } = lineOf(bill, 'CloudWatch', 'log ingestion');
    expect(lineOf(bill, 'CloudWatch', 'log storage').quantity).toBeCloseTo(
      (quantity * 0.15 * 30) / (365 / 12),
      6,
    );
  });

  it('time of retention: a second a day, and a millisecond for each row, once archived and once deleted', () => {
    const bill = billOf(stack, { ...quiet, notifications: 365_000 / 12 });
    // 30 runs of 700 ms, a second, and 2,000 rows
    expect(lineOf(bill, 'Lambda', 'purge-expired').quantity).toBeCloseTo(30 * (0.7 + 1 + 2) * 0.5, 4);
  });

  it('traces of a twentieth of the invocations, if they are traced', () => {
    const functions = Object.fromEntries(
      Object.entries(stack.functions).map(([name, each]) => [name, { ...each, isTraced: true }]),
    );
    const bill = billOf({ ...stack, functions }, { ...million, notifications: 10_000_000 });
    expect(lineOf(bill, 'X-Ray', 'traces').quantity).toBeCloseTo((10_000_000 + 8_790) * 0.05);
    expect(lineOf(bill, 'X-Ray', 'traces').usd).toBeCloseTo((500_439.5 - 100_000) * 0.000005);
  });

  it('data through a NAT gateway: each frame and 3,000 bytes around it', () => {
    const usage = { ...quiet, users: 1, hours: 1, notifications: 1_000_000 };
    const bill = billOf({ ...stack, natGateways: 1 }, usage);
    expect(lineOf(bill, 'VPC', 'data through them').quantity).toBeCloseTo((1_000_000 * 4_100) / 2 ** 30, 6);
  });

  it('capacity of Aurora up to its limit, which the bill says', () => {
    const bill = billOf(
      { ...stack, database: aurora },
      { ...million, notifications: 2_628_000_000, marks: 0 },
    );
    // 1,000 statements a second are 10 ACUs.
    expect(lineOf(bill, 'Aurora', 'capacity').quantity).toBeCloseTo(4 * 730);
    expect(bill.warnings).toEqual([
      'The database needs about 10 ACUs on average, and its limit is 4: raise databaseMaxCapacity.',
    ]);
  });
});

describe('An entry of the log', () => {
  /** The bytes that CloudWatch counts: the line, and 26 for each event. */
  function bytesOf(measured: readonly [MetricName, number, MetricLabels?][], others: object[] = []): number {
    const logger = createRecordingLogger();
    const metrics = createMetrics({
      logger,
      clock: Date.now,
      namespace: 'Belfry/Production',
      isMeasured: () => false,
    });
    for (const [name, value, labels] of measured) {
      if (labels) metrics.count(name, value, labels);
      else metrics.record(name, value);
    }
    metrics.flush();
    const head = {
      timestamp: new Date(),
      level: 'INFO',
      message: 'metrics',
      request_id: crypto.randomUUID(),
    };
    const lines = [...logger.lines.map(({ fields }) => fields), ...others];
    return lines.reduce((sum: number, line) => sum + JSON.stringify({ ...head, ...line }).length + 26, 0);
  }

  const percentiles = Array.from({ length: 100 }, (_, index): [MetricName, number] => [
    'UnreadPerInbox',
    index,
  ]);
  const run = { archived: 120, deleted: 80, inboxes: 40, busy: 0, is_complete: true };

  it.each<[string, number]>([
    ['connect', bytesOf([['ConnectionsOpened', 1]])],
    ['disconnect', bytesOf([['ConnectionsClosed', 1]])],
    ['count-connections', bytesOf([['ConnectionsCurrent', 12_345]])],
    [
      'create-notification',
      bytesOf([
        ['Commands', 1, { door: 'event', action: 'create' }],
        ['NotificationsCreated', 1, { door: 'event', type: 'booking' }],
        ['CreateToPostLatency', 123],
        ['Posts', 2],
      ]),
    ],
    ['update-notifications', bytesOf([['Posts', 2]])],
    [
      'deliver-notification',
      bytesOf([
        ['Posts', 2],
        ['PostsRedelivered', 2],
      ]),
    ],
    ['purge-expired', bytesOf([['Inboxes', 1_000], ...percentiles], [run])],
  ])('is not larger than counted, nor less than half of that: %s', (name, bytes) => {
    const counted = assumptions.logs.entry[name] ?? 0;
    expect(bytes).toBeLessThanOrEqual(counted);
    expect(bytes).toBeGreaterThan(counted / 2);
  });
});

describe('A price', () => {
  it('has cheaper units above a quantity', () => {
    expect(listCost(prices.httpRequests, 300_000_000)).toBeCloseTo(300);
    expect(listCost(prices.httpRequests, 400_000_000)).toBeCloseTo(390);
  });

  it('begins after the free units, and never below nothing', () => {
    expect(costBeyondFree(prices.alarms, 9)).toBe(0);
    expect(costBeyondFree(prices.alarms, 12)).toBeCloseTo(0.2);
  });

  it('names a page of AWS', () => {
    for (const { page } of Object.values(prices))
      expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/.+\/pricing\//);
  });

  it('is missing for an unknown instance class, which the error names', () => {
    const unknown = { ...stack, database: { ...rds, instanceType: 'x9.huge' } };
    expect(() => billOf(unknown, noUse)).toThrow(/no price for the instance class x9\.huge.*t4g\.micro/);
  });
});

describe('A bill', () => {
  const shape = fc.record({
    database: fc.constantFrom<(typeof stack)['database'][]>(rds, { ...rds, zones: 2 }, aurora, undefined),
    natGateways: fc.constantFrom(0, 1),
    pushesByTable: fc.boolean(),
  });
  const usage = fc.record({
    users: fc.nat(5_000_000),
    notifications: fc.nat(500_000_000),
    recipients: fc.integer({ min: 1, max: 500 }),
    door: fc.constantFrom('invoke', 'event', 'queue', 'http'),
    hours: fc.integer({ min: 0, max: 24 }),
    days: fc.integer({ min: 0, max: 31 }),
    connections: fc.integer({ min: 0, max: 5 }),
    reads: fc.nat(50),
    marks: fc.integer({ min: 0, max: 3 }),
    size: fc.integer({ min: 1, max: 25_000 }),
    pingSeconds: fc.integer({ min: 10, max: 540 }),
    tokenMinutes: fc.integer({ min: 1, max: 120 }),
  }) as fc.Arbitrary<Usage>;

  it.each(['users', 'notifications', 'hours', 'days', 'connections', 'reads', 'marks', 'size'] as const)(
    'never falls with more: %s',
    (name) => {
      fc.assert(
        fc.property(shape, usage, fc.integer({ min: 1, max: 1_000_000 }), (of, less, more) => {
          const { database, ...rest } = of;
          const facts = { ...withoutDatabase, ...rest, ...(database && { database }) };
          const [before, after] = [less, { ...less, [name]: less[name] + more }].map((each) =>
            billOf(facts, each),
          );
          // Sums of floating point numbers differ in their last digits.
          expect(after?.usd).toBeGreaterThanOrEqual((before?.usd ?? 0) * (1 - 1e-9));
          expect(after?.listUsd).toBeGreaterThanOrEqual((before?.listUsd ?? 0) * (1 - 1e-9));
        }),
      );
    },
  );

  it('is the sum of its lines, none of which costs more than at list price', () => {
    fc.assert(
      fc.property(usage, (each) => {
        const { lines, usd, listUsd } = billOf(stack, each);
        const sum = (of: 'usd' | 'listUsd') => lines.reduce((all, line) => all + line[of], 0);
        expect(sum('usd')).toBeCloseTo(usd, 6);
        expect(sum('listUsd')).toBeCloseTo(listUsd, 6);
        for (const line of lines) expect(line.usd).toBeLessThanOrEqual(line.listUsd * (1 + 1e-9));
      }),
    );
  });

  it('stops at a function that the model does not know, and says where to add it', () => {
    const functions = { ...stack.functions, digest: { memoryMb: 512, isTraced: false, scheduledRuns: 0 } };
    expect(() => billOf({ ...stack, functions }, noUse)).toThrow(
      /the function digest runs\. Add it to bin\/cost\/assumptions\.ts/,
    );
  });
});

describe('A schedule', () => {
  it.each([
    ['rate(5 minutes)', 8_760],
    ['rate(1 hour)', 730],
    ['rate(1 day)', 365 / 12],
    ['cron(17 3 * * ? *)', 365 / 12],
    [undefined, 0],
  ])('runs as often in a month: %s', (expression, runs) => {
    expect(runsAMonth(expression)).toBeCloseTo(runs);
  });

  it('of another form is refused', () => {
    expect(() => runsAMonth('cron(0 8 ? * MON *)')).toThrow(/how often cron\(0 8 \? \* MON \*\) runs/);
  });
});

describe('The numbers of the command', () => {
  it('are those of an idle installation if none is given', () => {
    expect(readUsage({})).toMatchObject({ users: 0, notifications: 0, hours: 2, days: 22, door: 'event' });
  });

  it('are read by the names of their options', () => {
    expect(readUsage({ users: '1000', 'ping-seconds': '25', hours: '0.5', door: 'queue' })).toMatchObject({
      users: 1_000,
      pingSeconds: 25,
      hours: 0.5,
      door: 'queue',
    });
  });

  it.each([
    ['users', '-1', '--users must be a whole number from 0 to 1,000,000,000; it is "-1".'],
    ['users', '1.5', '--users must be a whole number from 0 to 1,000,000,000; it is "1.5".'],
    ['users', '1e3', '--users must be a whole number from 0 to 1,000,000,000; it is "1e3".'],
    ['users', '', '--users must be a whole number from 0 to 1,000,000,000; it is "".'],
    [
      'notifications',
      'many',
      '--notifications must be a whole number from 0 to 1,000,000,000,000; it is "many".',
    ],
    ['recipients', '0', '--recipients must be a number from 1 to 500; it is "0".'],
    ['hours', '25', '--hours must be a number from 0 to 24; it is "25".'],
    ['ping-seconds', '5', '--ping-seconds must be a number from 10 to 540; it is "5".'],
    ['token-minutes', '0', '--token-minutes must be a number from 1 to 120; it is "0".'],
    ['door', 'post', '--door must be one of invoke, event, queue, http; it is "post".'],
  ])('are refused with the value: --%s %s', (name, value, message) => {
    expect(() => readUsage({ [name]: value })).toThrow(message);
  });
});

describe('The report', () => {
  it('shows one mode with quantities and prices', () => {
    const report = reportOf({ 'rds-ipv6': billOf(stack, noUse) });
    expect(report).toMatch(/^RDS: instance db\.t4g\.micro +730 +\$0\.016 per hour +\$11\.68 +\$11\.68$/m);
    expect(report).toMatch(/^Total +\$22\.87 +\$18\.18$/m);
  });

  it('shows several side by side, with a dash for what a mode does not have', () => {
    const report = reportOf({ 'rds-ipv6': billOf(stack, noUse), existing: billOf(withoutDatabase, noUse) });
    expect(report).toMatch(/^A month +rds-ipv6 +existing$/m);
    expect(report).toMatch(/^RDS: storage +\$2\.30 +–$/m);
    expect(report).toContain('existing: The database is not on this bill');
  });

  it('is data too', () => {
    const { modes } = JSON.parse(toJson({ 'rds-ipv6': billOf(stack, noUse) }, noUse));
    expect(modes['rds-ipv6'].lines[0]).toEqual({
      service: 'RDS',
      item: 'instance db.t4g.micro',
      quantity: 730,
      unit: 'hours',
      list_usd: 11.68,
      usd: 11.68,
    });
  });

  it('never shows a cost as nothing', () => {
    expect([0, 0.004, 0.005, 1_234.5].map(dollars)).toEqual(['$0.00', '<$0.01', '$0.01', '$1,234.50']);
  });
});
