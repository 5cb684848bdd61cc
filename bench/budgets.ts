/** What a figure must be. A figure without one is there to explain the others. */
export type Target = { atMost: number } | { atLeast: number } | undefined;

/** A figure of a bench, and what it must be. */
export interface Budget {
  /** What is measured, for the table. */
  text: string;
  unit: '×' | 'ms';
  target: Target;
  /** What was measured on an idle machine when the budget was set; undefined if nothing was. */
  before: number | undefined;
}

/** The budgets by bench and figure, in the order of the table. */
export const budgets = {
  ...createBudgets(),
  ...pageBudgets(),
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

function pageBudgets() {
  return {
    'page.cpu': ratio('page among 10 million rows: CPU'),
    'page.p50': ratio('page among 10 million rows: p50', { atMost: 2 }, 3.6),
    'page.p99': ratio('page among 10 million rows: p99', { atMost: 1.5 }, 2.1),
    'page.database': ratio('page among 10 million rows: CPU of PostgreSQL'),
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
