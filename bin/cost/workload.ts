import { assumptions } from './assumptions.ts';
import { minutesOfMonth } from './month.ts';
import type { Usage } from './usage.ts';

/** What happens in a month, in numbers that services count. */
export interface Workload {
  usage: Usage;
  connectionMinutes: number;
  /** Connections at the same time, on average. */
  openConnections: number;
  /** New sockets. */
  connects: number;
  pings: number;
  /** Create commands. Each is one invocation. */
  commands: number;
  /** Changes of an inbox that are pushed to its user. */
  pushes: number;
  /** Frames to single sockets. */
  posts: number;
  reads: number;
  /** Requests for what a new socket has missed. */
  syncs: number;
  marks: number;
  /** Times at which the tick has something to do. */
  times: number;
  /** Events that Belfry puts on the bus. */
  events: number;
  /** Create commands over HTTP. */
  httpCreates: number;
  /** Requests that the authorizer sees. */
  requests: number;
  /**
   * Before each request with a token, browsers ask whether the page may send it. They keep the answer by URL, and nearly
   * every URL has an id or a version.
   */
  preflights: number;
  /** Of a frame, and of a notification in a list. */
  frameBytes: number;
}

export function workloadOf(usage: Usage): Workload {
  const { users, notifications, hours, days, connections, pingSeconds, tokenMinutes } = usage;
  const connectionMinutes = users * connections * days * hours * 60;
  const isOnline = connectionMinutes > 0;
  const sessions = isOnline ? users * connections * days : 0;
  const connects = Math.max(sessions, connectionMinutes / tokenMinutes);
  const commands = notifications / usage.recipients;
  const marks = notifications * usage.marks;
  const pushes = notifications + marks;
  const reads = users * days * usage.reads;
  const fromPages = reads + marks + connects;
  const httpCreates = usage.door === 'http' ? commands : 0;
  return {
    usage,
    connectionMinutes,
    openConnections: connectionMinutes / minutesOfMonth,
    connects,
    pings: (connectionMinutes * 60) / pingSeconds,
    commands,
    pushes,
    // As if every user were online at every change.
    posts: isOnline ? pushes * connections : 0,
    reads,
    syncs: connects,
    marks,
    times: notifications * usage.times,
    events: notifications * usage.events,
    httpCreates,
    requests: fromPages + httpCreates,
    preflights: fromPages,
    frameBytes: usage.size + assumptions.bytes.envelope,
  };
}
