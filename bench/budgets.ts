/** What a figure must be. A figure without one is there to explain the others. */
export type Target = { atMost: number } | { atLeast: number } | undefined;

/** A figure of a bench, and what it must be. */
export interface Budget {
  /** What is measured, for the table. */
  text: string;
  unit: '×' | 'ms' | 'rows';
  target: Target;
  /** What was measured when the budget was set; undefined if nothing was. */
  before: number | undefined;
}

/** The budgets by bench and figure, in the order of the table. */
export const budgets = {
  ...createBudgets(),
  'statement.named': ratio('statement of a create, by that of 0.1.0: CPU of PostgreSQL', { atMost: 1.6 }),
  'statement.unnamed': ratio('statement of a create, by that of 0.1.0 without a name: CPU of PostgreSQL', {
    atMost: 1,
  }),
  ...importBudgets(),
  'first.cpu': ratio('first request of a fresh process: CPU', { atMost: 0.6 }),
  'first.time': ratio('first request of a fresh process: time', { atMost: 0.6 }),
  ...pageBudgets(),
  ...filterBudgets(),
  'depth.page': ratio('page 5,000 by page 1: p50', { atMost: 1.1 }, 1),
  'depth.count': ratio('count of 100,000 unread by that of 10: p50', { atMost: 1.1 }, 1),
  'batch.rate': ratio('500 recipients: rows a second', { atLeast: 0.7 }),
  ...liveBudgets(),
  ...burstBudgets(),
  'retention.create': ratio('creates while old rows are deleted: p99', { atMost: 1.2 }),
  'retention.create.p50': ratio('creates while old rows are deleted: p50'),
  'retention.list': ratio('lists while old rows are deleted: p99', { atMost: 1.2 }),
  'retention.list.p50': ratio('lists while old rows are deleted: p50'),
  'client.frame': {
    text: 'a frame into 10,000 rows',
    unit: 'ms',
    target: { atMost: 0.1 },
    before: undefined,
  },
  'client.renders': {
    text: 'unchanged rows that render again',
    unit: 'rows',
    target: { atMost: 0 },
    before: undefined,
  },
} as const satisfies Record<string, Budget>;

/** `<bench>.<figure>` */
export type BudgetId = keyof typeof budgets;

function createBudgets() {
  const atMost = { atMost: 1.6 };
  return {
    'create.cpu.0': ratio('create, 0 sockets: CPU', atMost, 2.6),
    'create.cpu.1': ratio('create, 1 socket: CPU', atMost, 2.5),
    'create.cpu.5': ratio('create, 5 sockets: CPU', atMost, 2.8),
    'create.p50.0': ratio('create, 0 sockets: p50', atMost),
    'create.p50.1': ratio('create, 1 socket: p50', atMost),
    'create.p50.5': ratio('create, 5 sockets: p50', atMost),
    'create.database': ratio('create: CPU of PostgreSQL'),
  };
}

/** Four functions do so little that they are compared with one that does more. */
function importBudgets() {
  const target = { atMost: 0.5 };
  const small = { atMost: 0.2 };
  return {
    'import.create-notification': ratio('import create-notification: CPU', target, 0.71),
    'import.update-notifications': ratio('import update-notifications: CPU, by create', target),
    'import.read-notifications': ratio('import read-notifications: CPU', target, 0.8),
    'import.connect': ratio('import connect: CPU', target, 0.79),
    'import.disconnect': ratio('import disconnect: CPU, by connect', small),
    'import.message': ratio('import message: CPU, by connect', small),
    'import.authorize-request': ratio('import authorize-request: CPU, by connect', small),
    'import.deliver-notification': ratio('import deliver-notification: CPU, by connect', target),
    'import.tick': ratio('import tick: CPU, by create', target),
    'import.publish-events': ratio('import publish-events: CPU, by connect', small),
  };
}

function pageBudgets() {
  return {
    'page.cpu': ratio('page among 10 million rows: CPU'),
    'page.p50': ratio('page among 10 million rows: p50', { atMost: 2 }, 3.6),
    'page.p99': ratio('page among 10 million rows: p99', { atMost: 1.5 }, 2.1),
    'page.database': ratio('page among 10 million rows: CPU of PostgreSQL'),
  };
}

/** Pages of one inbox, against an ordinary one. */
function filterBudgets() {
  const atMost = { atMost: 2 };
  return {
    'filter.type': ratio('page of a type that 100,000 rows do not have: CPU of PostgreSQL', atMost),
    'filter.types': ratio('page of three types of 100,000 rows: CPU of PostgreSQL', atMost),
    'filter.archived': ratio('page of an empty archive beside 100,000 rows: CPU of PostgreSQL', atMost),
    'filter.most': ratio('page of ten types, eight scopes and three statuses: CPU of PostgreSQL', atMost),
    'filter.scope': ratio('page of one scope of 100,000 rows: CPU of PostgreSQL', atMost),
  };
}

/** From the create to the frame at a socket, against a bare server. */
function liveBudgets() {
  const target = { atMost: 3 };
  return {
    'queue.p50': ratio('10,000 recipients through the queue: p50', target),
    'queue.p99': ratio('10,000 recipients through the queue: p99', target),
    'queue.last': ratio('10,000 recipients through the queue: the last'),
    'sockets.p50': ratio('creates to 1,000 sockets: p50', target),
    'sockets.p99': ratio('creates to 1,000 sockets: p99', target),
  };
}

/** More requests at once than there are connections, each in an environment of its own. */
function burstBudgets() {
  const target = { atMost: 3 };
  return {
    'burst.wave': ratio('150 requests at once: time, by service time over 30 connections', target),
    'burst.cores': ratio('150 requests at once: time, by service time over the cores'),
    'burst.other': ratio('another user beside 150 requests of one: p50', target),
  };
}

function ratio(text: string, target?: Target, before?: number): Budget {
  return { text, unit: '×', target, before };
}

/** Whether a figure is within its budget; undefined if there is no target. */
export function isMet(target: Target, value: number): boolean | undefined {
  if (target === undefined) return undefined;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

/** Whether the whole interval is on one side of the target, so that the run tells if it is met. */
export function isCertain(target: Target, { low, high }: { low: number; high: number }): boolean {
  return isMet(target, low) === isMet(target, high);
}
