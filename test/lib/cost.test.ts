import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assumptions } from '../../bin/cost/assumptions.ts';
import { billOf } from '../../bin/cost/bill.ts';
import { costDocuments } from '../../bin/cost/documents.ts';
import { readMode, readStack } from '../../bin/cost/read-stack.ts';
import { dollars } from '../../bin/cost/report.ts';
import { stackFactsOf } from '../../bin/cost/stack-facts.ts';
import { idle } from '../../bin/cost/usage.ts';
import { alarms } from '../../lib/alarms.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

describe('What the template of the stack costs', () => {
  it('follows from all that is in it', async () => {
    const stack = await readMode('rds-ipv6');
    expect(stack).toMatchObject({
      secrets: 2,
      alarmMetrics: Object.keys(alarms).length,
      polledQueues: 1,
      database: { kind: 'rds', zones: 1, storageGb: 20, maxStorageGb: 100, backupDays: 7 },
      natGateways: 0,
      publicIpv4Addresses: 0,
      pushesByTable: false,
      countsCreates: true,
      measuredTypes: 0,
      keptDays: 365,
      logRetentionDays: 30,
    });
    expect(Object.keys(stack.functions).sort()).toEqual(Object.keys(assumptions.milliseconds).sort());
    expect(stack.functions['count-connections']).toEqual({
      memoryMb: 512,
      isTraced: false,
      scheduledRuns: 8_760,
    });
    expect(stack.dashboards).toHaveLength(1);
    expect(stack.dashboards[0]).toBeLessThanOrEqual(50);
    expect(stack.accessLogFormats.http).toBeGreaterThan(100);
  });

  it.each<[Record<string, string>, object]>([
    [{ alarms: 'none' }, { alarmMetrics: 0 }],
    [
      { alarms: 'essential' },
      { alarmMetrics: Object.values(alarms).filter(({ isEssential }) => isEssential).length },
    ],
    [
      { databaseInstanceType: 't4g.small', databaseMultiAz: 'true', databaseBackupDays: '1' },
      { database: { instanceType: 't4g.small', zones: 2, backupDays: 1 } },
    ],
    [
      { database: 'aurora' },
      { database: { kind: 'aurora', minAcus: 0, maxAcus: 4, pausesAfterSeconds: 300, backupDays: 7 } },
    ],
    [{ databaseProxy: 'true' }, { database: { kind: 'rds', hasProxy: true } }],
    [
      { database: 'aurora', databaseMinCapacity: '0.5', databaseProxy: 'true' },
      { database: { kind: 'aurora', minAcus: 0.5, hasProxy: true } },
    ],
    [{ network: 'nat' }, { natGateways: 1, publicIpv4Addresses: 1 }],
    [{ network: 'isolated' }, { pushesByTable: true }],
    [
      { types: '{"booking":{"measured":true},"payout":{"measured":true},"promo":{}}', createsPerMinute: '0' },
      { measuredTypes: 2, countsCreates: false },
    ],
    [
      { deleteAfterDays: '90', archiveAfterDays: '30', logRetentionDays: '7' },
      { keptDays: 90, logRetentionDays: 7 },
    ],
    [
      {
        jwtJwksUrl: 'https://issuer.example.com/jwks.json',
        jwtIssuers: 'https://issuer.example.com/',
        jwtAudiences: 'belfry',
      },
      { secrets: 1 },
    ],
  ])('follows an option: %j', async (context, facts) => {
    expect(await readStack(context)).toMatchObject(facts);
  });

  it('never pauses an Aurora with a least capacity', async () => {
    const { database } = await readStack({ database: 'aurora', databaseMinCapacity: '1' });
    expect(database).toEqual({ kind: 'aurora', minAcus: 1, maxAcus: 4, backupDays: 7, hasProxy: false });
  });

  it('deletes nothing if retention is off', async () => {
    expect(await readStack({ deleteAfterDays: 'false', archiveAfterDays: 'false' })).not.toHaveProperty(
      'keptDays',
    );
  });

  it('is an error if there is a resource that is not known', () => {
    const template = { Resources: { Cache: { Type: 'AWS::ElastiCache::ServerlessCache' } } };
    expect(() => stackFactsOf(template, 0)).toThrow(
      /^Cache is of the type AWS::ElastiCache::ServerlessCache, and bin\/cost does not know/,
    );
  });

  it.each([
    ['existing', 'rds-ipv6'],
    ['rds-ipv6', 'rds-nat'],
    ['aurora-ipv6', 'rds-ipv6'],
  ] as const)('is less for %s than for %s', async (less, more) => {
    const [one, other] = [await readMode(less), await readMode(more)].map((stack) => billOf(stack, idle));
    expect(one?.usd).toBeLessThan(other?.usd ?? 0);
  });
});

describe('The documents', () => {
  it('have the costs that `npm run documents` writes', async () => {
    for (const [file, text] of Object.entries(await costDocuments())) expect(textOf(file)).toBe(text);
  });

  it('name the costs of an idle installation in the README, under $15 with the essential alarms', async () => {
    const [all, essential] = [{}, { alarms: 'essential' }].map(async (context) =>
      billOf(await readMode('rds-ipv6', context), idle),
    );
    const [costs, least] = [(await all)?.usd ?? 0, (await essential)?.usd ?? 0];
    expect(least).toBeLessThan(15);
    expect(textOf('README.md')).toContain(
      `${dollars(costs)} a month without users, alarms and dashboard included. \`alarms=essential\` makes it ${dollars(least)}`,
    );
  });

  it('name the polls of a queue', async () => {
    const { lines } = billOf(await readMode('rds-ipv6'), idle);
    const polls = lines.find(({ item }) => item === 'polling');
    expect(textOf('docs/cost.md')).toContain(
      `${polls?.quantity.toLocaleString('en-US')} requests a month, or ${dollars(polls?.listUsd ?? 0)}`,
    );
  });
});
