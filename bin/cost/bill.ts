import type { Line } from './line.ts';
import { costBeyondFree, listCost } from './prices.ts';
import { apiGatewayLines } from './services/api-gateway.ts';
import { cloudWatchLines } from './services/cloudwatch.ts';
import { acusAwake, databaseLines, rdsStorageGb } from './services/database.ts';
import { dynamoDbLines } from './services/dynamodb.ts';
import { lambdaLines } from './services/lambda.ts';
import { eventBridgeLines, sqsLines } from './services/messaging.ts';
import { networkLines } from './services/network.ts';
import { secretsLines, tracingLines } from './services/others.ts';
import type { StackFacts } from './stack-facts.ts';
import type { Usage } from './usage.ts';
import { type Workload, workloadOf } from './workload.ts';

/** A line with what it costs in a month, in US dollars. */
export interface BilledLine extends Line {
  /** At list price. */
  listUsd: number;
  /** In an account that uses its free units for this installation alone. */
  usd: number;
}

/** A month of one installation. */
export interface Bill {
  /** Only lines with a quantity. */
  lines: BilledLine[];
  listUsd: number;
  usd: number;
  /** What the installation needs and does not have, in sentences. */
  warnings: string[];
}

/**
 * What an installation costs in a month.
 *
 * @example
 * const { usd } = billOf(await readStack({ database: 'rds' }), readUsage({ users: '1000', notifications: '50000' }));
 *
 * @throws Error naming what has no price
 */
export function billOf(stack: StackFacts, usage: Usage): Bill {
  const work = workloadOf(usage);
  const lines = [
    ...databaseLines(stack, work),
    ...networkLines(stack, work),
    ...apiGatewayLines(work),
    ...lambdaLines(stack, work),
    ...dynamoDbLines(stack, work),
    ...sqsLines(stack, work),
    ...eventBridgeLines(work),
    ...cloudWatchLines(stack, work),
    ...tracingLines(stack, work),
    ...secretsLines(stack),
  ].filter(({ quantity }) => quantity > 0);
  const billed = withCosts(lines);
  const total = (of: (line: BilledLine) => number) => billed.reduce((sum, line) => sum + of(line), 0);
  return {
    lines: billed,
    listUsd: total(({ listUsd }) => listUsd),
    usd: total(({ usd }) => usd),
    warnings: warningsOf(stack, work),
  };
}

/** Lines of the same price share its free units and its cheaper tiers, each by its part of the quantity. */
function withCosts(lines: readonly Line[]): BilledLine[] {
  const byPrice = Map.groupBy(lines, ({ price }) => price);
  return lines.map((line) => {
    const { price, quantity } = line;
    const all = (byPrice.get(price) ?? []).reduce((sum, each) => sum + each.quantity, 0);
    const part = quantity / all;
    return { ...line, listUsd: listCost(price, all) * part, usd: costBeyondFree(price, all) * part };
  });
}

function warningsOf(stack: StackFacts, work: Workload): string[] {
  const { database } = stack;
  if (database?.kind === 'rds') {
    const needed = rdsStorageGb(database, stack, work);
    if (needed <= database.maxStorageGb) return [];
    return [
      `The database needs ${Math.ceil(needed)} GB of storage, and its limit is ${database.maxStorageGb}: raise databaseMaxStorage.`,
    ];
  }
  if (database?.kind === 'aurora') {
    const acus = acusAwake(database, work);
    if (acus <= database.maxAcus) return [];
    return [
      `The database needs about ${Math.ceil(acus)} ACUs on average, and its limit is ${database.maxAcus}: raise databaseMaxCapacity.`,
    ];
  }
  return ['The database is not on this bill, because it exists already.'];
}
