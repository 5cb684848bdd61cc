import { connectionsOf, memoryOf } from 'belfry-cdk/instance-memory';
import { table } from '../generated-parts.ts';
import { type Bill, billOf } from './bill.ts';
import { hoursOfMonth } from './month.ts';
import { type Peak, peakOf } from './peak.ts';
import { instancePrices, vcpusOf } from './prices.ts';
import { type Quota, quotas } from './quotas.ts';
import { dollars } from './report.ts';
import type { StackFacts } from './stack-facts.ts';
import { readUsage, type Usage } from './usage.ts';

const sizes = [10_000, 1_000_000, 10_000_000];

/** So many users, each with 50 notifications a month. */
export const usageOf = (users: number, changes: Partial<Usage> = {}): Usage => ({
  ...readUsage({ users: String(users), notifications: String(users * 50) }),
  ...changes,
});

/** A number with two digits that matter. */
function about(value: number): string {
  if (value < 10) return value.toLocaleString('en-US', { maximumSignificantDigits: 2 });
  return value.toLocaleString('en-US', { maximumSignificantDigits: value < 100 ? 2 : 3 });
}

interface Row {
  name: string;
  of: keyof Peak;
  quota?: Quota;
  changes?: Partial<Usage>;
}

const rows: readonly Row[] = [
  { name: 'sockets at the same time', of: 'sockets' },
  { name: 'new sockets a second', of: 'connects', quota: quotas.connects },
  {
    name: 'the same with tokens of an hour',
    of: 'connects',
    quota: quotas.connects,
    changes: { tokenMinutes: 60 },
  },
  { name: 'pings a second', of: 'pings' },
  { name: 'posts to sockets a second', of: 'posts' },
  { name: 'requests of API Gateway a second', of: 'apiRequests', quota: quotas.apiRequests },
  { name: 'creates a second', of: 'creates', quota: quotas.creates },
  { name: 'write units of the connections table', of: 'tableWrites', quota: quotas.tableWrites },
  { name: 'busy environments of Lambda', of: 'environments', quota: quotas.environments },
  { name: 'statements of the database a second', of: 'statements' },
  { name: 'busy connections as writer', of: 'writers', quota: quotas.writers },
  { name: 'busy connections as reader', of: 'readers', quota: quotas.readers },
  { name: 'rows of a year', of: 'rows' },
];

/** What the busiest hour of each size needs, and the limit that it meets. What is above a limit is bold. */
export function peakTable(): string {
  const cell = (value: number, quota: Quota | undefined) =>
    quota && value > quota.limit ? `**${about(value)}**` : about(value);
  return table(
    ['In the busiest hour', ...sizes.map((users) => `${users.toLocaleString('en-US')} users`), 'Limit'],
    rows.map(({ name, of, quota, changes }) => [
      name,
      ...sizes.map((users) => cell(peakOf(usageOf(users, changes))[of], quota)),
      quota?.limit.toLocaleString('en-US') ?? '–',
    ]),
  );
}

/** The limits, and where they are from. */
export const quotaTable = (): string =>
  table(
    ['Limit', '', 'Source', ''],
    Object.values(quotas).map(({ what, limit, page, note }) => [
      what,
      limit.toLocaleString('en-US'),
      `[page](${page})`,
      note,
    ]),
  );

/** What a thousand or a million more of something adds to a month's bill, at list price. */
export function growthTable(stack: StackFacts): string {
  const usd = (usage: Usage, facts = stack) => billOf(facts, usage);
  const more = (from: Bill, to: Bill) => to.listUsd - from.listUsd;
  const idleUsers = { reads: 0, notifications: 0, hours: 0 };
  const usual = usageOf(100_000);
  const kept = { ...stack, keptDays: 365 };
  const keptTwice = { ...stack, keptDays: 730 };
  const millionsOfRows = peakOf(usual).rows / 1e6;
  const entries: [string, number, string][] = [
    [
      '1,000 users who do as below',
      more(usd(usageOf(100_000)), usd(usageOf(101_000))),
      'all of the following',
    ],
    [
      '1,000 sockets that are open all the time',
      more(usd(usageOf(1_000, idleUsers)), usd(usageOf(1_000, { ...idleUsers, hours: 24, days: 365 / 12 }))),
      'pings, connection minutes, and a new socket each 15 minutes',
    ],
    [
      'a million notifications, each marked',
      more(usd(usual), usd({ ...usual, notifications: usual.notifications + 1e6 })) -
        more(usd(usual, kept), usd(usual, keptTwice)) * (1e6 / usual.notifications),
      'two pushes, requests and logs of each, without its row',
    ],
    [
      'a million rows kept',
      more(usd(usual, kept), usd(usual, keptTwice)) / millionsOfRows,
      'storage and its backups',
    ],
  ];
  return table(
    ['A month', 'US dollars', 'For what'],
    entries.map(([what, amount, forWhat]) => [what, dollars(amount), forWhat]),
  );
}

/** The instance classes with a price, and how many connections RDS allows. */
export const classTable = (): string =>
  table(
    ['`databaseInstanceType`', 'vCPUs', 'Memory', 'Connections by the formula', 'A month'],
    Object.entries(instancePrices).map(([name, { usd }]) => [
      `\`${name}\``,
      String(vcpusOf(name)),
      `${memoryOf(name)} GiB`,
      connectionsOf(memoryOf(name)).toLocaleString('en-US'),
      dollars(usd * hoursOfMonth),
    ]),
  );
