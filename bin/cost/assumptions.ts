/**
 * What neither the template nor the options of the command say. docs/cost.md lists it. The figures are on the side of the
 * higher bill. Compare them with the metrics of an installation that runs, and change them here.
 */
export const assumptions = {
  /**
   * For how many milliseconds an invocation is billed, by the file of its function. `each` is added for every further user
   * of a create command, every row that retention touches, every 1,000 connections that are counted, or everything that the
   * tick does.
   */
  milliseconds: {
    'authorize-request': { base: 5, each: 0 },
    connect: { base: 40, each: 0 },
    'count-connections': { base: 50, each: 20 },
    'create-notification': { base: 50, each: 5 },
    'deliver-notification': { base: 40, each: 0 },
    disconnect: { base: 20, each: 0 },
    message: { base: 5, each: 0 },
    migrate: { base: 0, each: 0 },
    'publish-events': { base: 40, each: 0 },
    'purge-expired': { base: 1_000, each: 1 },
    'read-notifications': { base: 20, each: 0 },
    tick: { base: 15, each: 30 },
    'update-notifications': { base: 50, each: 0 },
  } as Readonly<Record<string, { base: number; each: number }>>,

  /** A cold start is billed too. Requests find a warm environment but for this share. Schedules never find one, but for the tick. */
  coldStarts: { share: 0.01, milliseconds: 700 },

  /** Each poller waits for up to 20 seconds. */
  poll: { pollers: 5, seconds: 20 },

  /** Users spread over so many hours of a day, and what they do comes so many times as fast in the busiest hour. */
  peak: { dayHours: 8, factor: 2 },

  bytes: {
    /** Of a frame or of a notification in a list, beside title, body and metadata. */
    envelope: 600,
    /** Of an answer without notifications, with its headers. */
    answer: 500,
    /** Of a post to a socket beside the frame: signature, headers and answer, with TLS. */
    post: 3_000,
    /** Of an item of the connections table. Its entry in the index counts as another. */
    connection: 250,
    /** Of a row of a notification with its index entries, beside title, body and metadata. */
    row: 700,
    /** Of an event on the bus: without and with the notification in it. */
    event: 1_000,
    /** Of an inbox. */
    inbox: 300,
    /** Of a database without notifications. */
    emptyDatabase: 50_000_000,
  },

  /** Notifications in a list that a user asks for: the default size of a page. */
  page: 20,

  logs: {
    /** What Lambda writes of each invocation: `platform.start` and `platform.report`. */
    invocation: 800,
    /** What a function adds, nearly always its metrics. */
    entry: {
      connect: 400,
      'count-connections': 400,
      'create-notification': 800,
      'deliver-notification': 500,
      disconnect: 400,
      'publish-events': 400,
      'purge-expired': 1_200,
      'update-notifications': 400,
    } as Readonly<Record<string, number>>,
    /** An entry of an access log, by the length of its format. */
    accessEntry: 1.2,
    /** The size of stored logs by that of ingested ones. */
    compression: 0.15,
  },

  database: {
    /** Written to the log of changes for each byte of the tables, which backups keep too. */
    logFactor: 4,
    /** RDS makes the storage larger before it is full. */
    headroom: 1.2,
    /** A function keeps its connection for up to a minute, because the server then ends it (roles.ts). */
    sessionSeconds: 60,
    /** What an ACU can do in a second on average. */
    statementsPerAcu: 100,
    /** The least capacity of Aurora while it is awake. */
    leastAcusAwake: 0.5,
    /** Storage requests of Aurora, for each statement of a kind. */
    requests: { create: 12, mark: 8, read: 1, purge: 8 },
  },
};
