import { assumptions } from './assumptions.ts';
import { daysOfMonth } from './month.ts';
import type { Usage } from './usage.ts';
import { workloadOf } from './workload.ts';

/** What happens in the busiest hour: sockets that are open, and the rest by the second. */
export interface Peak {
  /** Sockets that are open at the same time. */
  sockets: number;
  connects: number;
  pings: number;
  creates: number;
  /** Requests that API Gateway counts for the account: HTTP, new sockets, messages from sockets, and posts to sockets. */
  apiRequests: number;
  posts: number;
  /** Statements to the database. */
  statements: number;
  /** Environments of all functions that are busy at the same time. */
  environments: number;
  /** Those of the functions that create and mark, each with a connection to the database. */
  writers: number;
  /** Those of the function that reads, each with a connection to the database. */
  readers: number;
  /** Write units of the connections table. */
  tableWrites: number;
  /** Rows of notifications, if those of a year are kept. */
  rows: number;
}

/** The busiest hour of a month, by the assumptions about a day. */
export function peakOf(usage: Usage): Peak {
  const { dayHours, factor } = assumptions.peak;
  const work = workloadOf(usage);
  const bySecond = (inMonth: number) => (inMonth / usage.days / (dayHours * 3_600)) * factor;
  const sockets = (usage.users * usage.connections * usage.hours) / dayHours;
  const rates = {
    connects: bySecond(work.connects),
    creates: bySecond(work.commands),
    marks: bySecond(work.marks),
    reads: bySecond(work.reads + work.syncs),
    posts: bySecond(work.posts),
    requests: bySecond(work.requests),
    preflights: bySecond(work.preflights),
  };
  const pings = sockets / usage.pingSeconds;
  const writers = busy('create-notification', rates.creates) + busy('update-notifications', rates.marks);
  const readers = busy('read-notifications', rates.reads);
  const ofSockets = busy('connect', rates.connects) + busy('disconnect', rates.connects);
  return {
    sockets,
    pings,
    writers,
    readers,
    connects: rates.connects,
    creates: rates.creates,
    posts: rates.posts,
    apiRequests: rates.requests + rates.preflights + rates.connects + pings + rates.posts,
    statements: rates.creates + rates.marks + rates.reads,
    environments: writers + readers + ofSockets + busy('authorize-request', rates.requests),
    tableWrites: rates.connects * 4,
    rows: usage.notifications * (365 / daysOfMonth),
  };
}

/** How many environments of a function are busy: as long as an invocation takes, one for each that comes. */
const busy = (name: string, bySecond: number): number =>
  (bySecond * (assumptions.milliseconds[name]?.base ?? 0)) / 1_000;
