import { table, withParts } from '../generated-parts.ts';
import { assumptions } from './assumptions.ts';
import { type Bill, billOf } from './bill.ts';
import { services } from './line.ts';
import { defaultMode, type Mode, modeNames } from './modes.ts';
import { instancePrices, type Price, priceRegion, prices, pricesOf } from './prices.ts';
import { classTable, growthTable, peakTable, quotaTable } from './reach.ts';
import { readMode } from './read-stack.ts';
import { compareModes, dollars, priceInWords } from './report.ts';
import type { StackFacts } from './stack-facts.ts';
import { idle, numberInputs, optionOf, readUsage } from './usage.ts';

/** The generated parts of docs/cost.md, and those of docs/performance.md that are about costs and limits. */
export async function costDocuments(): Promise<Record<string, string>> {
  const stacks = await readModes();
  const essential = await readModes({ alarms: 'essential' });
  return {
    'docs/cost.md': withParts('docs/cost.md', {
      idle: idleTable(stacks, essential),
      'growth by service': growthByService(stacks[defaultMode]),
      'growth by mode': growthByMode(stacks),
      proxy: proxyTable(stacks),
      inputs: inputTable(),
      milliseconds: millisecondsTable(),
      prices: priceTable(),
    }),
    'docs/performance.md': withParts('docs/performance.md', {
      peak: peakTable(),
      quotas: quotaTable(),
      growth: growthTable(stacks[defaultMode]),
      'instance classes': classTable(),
    }),
  };
}

type Stacks = Readonly<Record<Mode, StackFacts>>;

async function readModes(context: Readonly<Record<string, string>> = {}): Promise<Stacks> {
  const entries = modeNames.map(async (mode) => [mode, await readMode(mode, context)] as const);
  // The cast: one for each mode.
  return Object.fromEntries(await Promise.all(entries)) as Stacks;
}

/** What each mode costs when it is idle, without the lines that cost less than a cent. */
function idleTable(stacks: Stacks, essential: Stacks): string {
  const bills = mapModes(stacks, (stack) => billOf(stack, idle));
  const [head = [], ...rows] = compareModes(bills);
  const shown = rows.filter(([, ...cells]) => cells.some((cell) => /^\$.*[1-9]/.test(cell)));
  const least = Object.values(essential).map((stack) => dollars(billOf(stack, idle).usd));
  return table(head, [...shown, ['Total with `alarms=essential`', ...least]]);
}

const mapModes = <Result>(stacks: Stacks, map: (stack: StackFacts) => Result) =>
  // The cast: the same keys.
  Object.fromEntries(modeNames.map((mode) => [mode, map(stacks[mode])])) as Record<Mode, Result>;

/** Installations of three sizes, with a database that fits. */
const sizes = [
  { users: 1_000, instanceType: 't4g.micro', maxStorageGb: 100, maxAcus: 4 },
  { users: 100_000, instanceType: 't4g.medium', maxStorageGb: 500, maxAcus: 16 },
  { users: 1_000_000, instanceType: 'm7g.xlarge', maxStorageGb: 2_000, maxAcus: 32 },
];

const notificationsPerUser = 50;

const headOfSizes = ['A month', ...sizes.map(({ users }) => `${users.toLocaleString('en-US')} users`)];

/** The bills of a mode for each size. */
const growthOf = (stack: StackFacts): Bill[] =>
  sizes.map(({ users, ...capacity }) => {
    const { database } = stack;
    const usage = readUsage({ users: String(users), notifications: String(users * notificationsPerUser) });
    return billOf(database ? { ...stack, database: { ...database, ...capacity } } : stack, usage);
  });

function growthByService(stack: StackFacts): string {
  const bills = growthOf(stack);
  const costOf = ({ lines }: Bill, service: string) =>
    lines.filter((line) => line.service === service).reduce((sum, { usd }) => sum + usd, 0);
  const used = services.filter((service) => bills.some((bill) => costOf(bill, service) > 0));
  return table(headOfSizes, [
    ...used.map((service) => [service, ...bills.map((bill) => dollars(costOf(bill, service)))]),
    ['Total', ...bills.map(({ usd }) => dollars(usd))],
    ['For one user', ...bills.map(({ usd }, index) => `$${(usd / (sizes[index]?.users ?? 1)).toFixed(4)}`)],
  ]);
}

const growthByMode = (stacks: Stacks): string =>
  table(
    headOfSizes,
    modeNames.map((mode) => [mode, ...growthOf(stacks[mode]).map(({ usd }) => dollars(usd))]),
  );

/** What a proxy adds to the bill of each size. */
function proxyTable(stacks: Stacks): string {
  const row = (mode: Mode) => {
    const { database, ...stack } = stacks[mode];
    const bills = database ? growthOf({ ...stack, database: { ...database, hasProxy: true } }) : [];
    const proxies = bills.map(({ lines }) => lines.find(({ item }) => item === 'proxy'));
    return [mode, ...proxies.map((line) => dollars(line?.usd ?? 0))];
  };
  return table(headOfSizes, [row('rds-ipv6'), row('aurora-ipv6')]);
}

const inputTable = (): string =>
  table(
    ['Option', 'What it means', 'Default'],
    [
      ...numberInputs.map(({ name, means, byDefault }) => [
        `\`--${optionOf(name)}\``,
        means,
        String(byDefault),
      ]),
      ['`--door`', 'the door of the create commands', 'event'],
    ],
  );

const millisecondsTable = (): string =>
  table(
    ['Function', 'Milliseconds', 'And for each further user, row, or 1,000 connections'],
    Object.entries(assumptions.milliseconds).map(([name, { base, each }]) => [
      `\`${name}\``,
      base.toLocaleString('en-US'),
      each > 0 ? String(each) : '–',
    ]),
  );

/** A row for each price, with a row for each cheaper price above a quantity. */
function priceTable(): string {
  const classes = Object.entries(instancePrices).map(([name, price]) => [`db.${name}`, price] as const);
  const rows = [...Object.entries(prices), ...classes].map(([name, price]: readonly [string, Price]) => [
    `\`${name}\``,
    priceInWords(price),
    above(price),
    price.free?.toLocaleString('en-US') ?? '–',
    `[page](${price.page})`,
    price.unconfirmed ?? '–',
  ]);
  const head = ['Price', 'US dollars', 'Above a quantity', 'Free each month', 'AWS', 'Not confirmed'];
  return `List prices of ${priceRegion}, of ${pricesOf}:\n\n${table(head, rows)}`;
}

const above = ({ above: tiers = [], per, unit }: Price): string =>
  tiers
    .map(
      ({ quantity, usd }) =>
        `${quantity.toLocaleString('en-US')}: ${priceInWords({ usd, per, unit, page: '' })}`,
    )
    .join('; ') || '–';
