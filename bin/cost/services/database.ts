import { assumptions } from '../assumptions.ts';
import type { AuroraFacts, RdsFacts } from '../database-facts.ts';
import { gigabytes, type Line, linesOf } from '../line.ts';
import { daysOfMonth, hoursOfMonth, secondsOfMonth } from '../month.ts';
import { instancePrices, type Price, prices, vcpusOf } from '../prices.ts';
import type { StackFacts } from '../stack-facts.ts';
import type { Workload } from '../workload.ts';

/** If nothing is ever deleted, the bill is that of the month after so many days. */
const daysWithoutDeletion = 365;

/** The size of the database when as many notifications are deleted as come, and what is written to it in a day. */
function sizes({ keptDays = daysWithoutDeletion }: StackFacts, { usage }: Workload) {
  const { row, inbox, emptyDatabase } = assumptions.bytes;
  const rowBytes = usage.size + row;
  const kept = (usage.notifications / daysOfMonth) * keptDays;
  return {
    gb: gigabytes(emptyDatabase + kept * rowBytes + usage.users * inbox),
    writtenGbADay: gigabytes((usage.notifications / daysOfMonth) * rowBytes * assumptions.database.logFactor),
  };
}

export function databaseLines(stack: StackFacts, work: Workload): Line[] {
  const { database } = stack;
  switch (database?.kind) {
    case undefined:
      return [];
    case 'rds':
      return rdsLines(database, stack, work);
    case 'aurora':
      return auroraLines(database, stack, work);
  }
}

function rdsLines(database: RdsFacts, stack: StackFacts, work: Workload): Line[] {
  const line = linesOf('RDS');
  const { gb, writtenGbADay } = sizes(stack, work);
  const storageGb = rdsStorageGb(database, stack, work);
  const backupGb = gb + writtenGbADay * database.backupDays;
  const { instanceType, zones } = database;
  return [
    line(`instance db.${instanceType}`, hoursOfMonth * zones, instancePrice(instanceType)),
    line('storage', storageGb * zones, prices.rdsStorage),
    line('backups', Math.max(0, backupGb - storageGb), prices.rdsBackups),
    line('proxy', database.hasProxy ? vcpusOf(instanceType) * hoursOfMonth : 0, prices.proxyVcpus),
  ];
}

/** The storage of an RDS instance, which grows when it fills. */
export const rdsStorageGb = ({ storageGb }: RdsFacts, stack: StackFacts, work: Workload): number =>
  Math.max(storageGb, sizes(stack, work).gb * assumptions.database.headroom);

/** @throws Error if the table has no price for the class */
function instancePrice(instanceType: string): Price {
  const price = instancePrices[instanceType];
  if (price) return price;
  throw new Error(
    `bin/cost/prices.ts has no price for the instance class ${instanceType}. Add it there, or use one of ${Object.keys(instancePrices).join(', ')}.`,
  );
}

function auroraLines(database: AuroraFacts, stack: StackFacts, work: Workload): Line[] {
  const line = linesOf('Aurora');
  const { gb, writtenGbADay } = sizes(stack, work);
  const { create, mark, read, purge } = assumptions.database.requests;
  const { notifications } = work.usage;
  // Each notification is archived once and deleted once.
  const requests =
    notifications * create + work.marks * mark + (work.reads + work.syncs) * read + notifications * 2 * purge;
  return [
    line('capacity', acuHours(database, stack, work), prices.auroraCapacity),
    line('storage', gb, prices.auroraStorage),
    line('storage requests', requests, prices.auroraRequests),
    line('backups', writtenGbADay * database.backupDays, prices.auroraBackups),
    line('proxy', database.hasProxy ? proxyAcus(database, work) * hoursOfMonth : 0, prices.proxyAcus),
  ];
}

/** A proxy is billed for the capacity of the cluster, and for 8 ACUs at least. https://aws.amazon.com/rds/proxy/pricing/ */
const proxyAcus = (database: AuroraFacts, work: Workload): number =>
  Math.max(8, Math.min(acusAwake(database, work), database.maxAcus));

/** The capacity that Aurora needs on average while it is awake, in ACUs. It may be more than the cluster allows. */
export function acusAwake({ minAcus }: AuroraFacts, work: Workload): number {
  const { statementsPerAcu, leastAcusAwake } = assumptions.database;
  const statements = work.usage.notifications + work.marks + work.reads + work.syncs;
  return Math.max(minAcus, leastAcusAwake, statements / secondsOfMonth / statementsPerAcu);
}

function acuHours(database: AuroraFacts, stack: StackFacts, work: Workload): number {
  const acus = Math.min(acusAwake(database, work), database.maxAcus);
  return acus * hoursOfMonth * shareAwake(database, stack, work);
}

/**
 * For which share of the time Aurora is awake. Each statement keeps it awake until the connection has ended and the pause
 * begins. If statements come at random, it sleeps when none has come for so long: exp(-rate * time).
 */
function shareAwake({ pausesAfterSeconds }: AuroraFacts, stack: StackFacts, work: Workload): number {
  if (pausesAfterSeconds === undefined) return 1;
  const runs = stack.functions['purge-expired']?.scheduledRuns ?? 0;
  const wakings = runs + work.times + work.commands + work.marks + work.reads + work.syncs;
  const awakeSeconds = pausesAfterSeconds + assumptions.database.sessionSeconds;
  return 1 - Math.exp((-wakings * awakeSeconds) / secondsOfMonth);
}
