/** Every metric and its unit, by the names that dashboards and alarms use. What each one means is in docs/observability.md. */
export const metricUnits = {
  NotificationsCreated: 'Count',
  IdempotencyConflicts: 'Count',
  CreatesRateLimited: 'Count',
  CreatesFailed: 'Count',
  CreateToPostLatency: 'Milliseconds',
  Posts: 'Count',
  PostsGone: 'Count',
  PostsFailed: 'Count',
  PostsRedelivered: 'Count',
  ConnectionsOpened: 'Count',
  ConnectionsClosed: 'Count',
  ConnectionsCurrent: 'Count',
  Inboxes: 'Count',
  UnreadPerInbox: 'Count',
} as const;

export type MetricName = keyof typeof metricUnits;

/**
 * What a count is told apart by. Each combination of dimensions is a metric that is paid for, so a label takes few values
 * (`door`), or is a dimension for the values that the installation names and for the others a field of the log (`type`).
 * Never a user id, nor anything else that grows with the number of users.
 */
export type MetricLabels = Readonly<Partial<Record<'door' | 'type', string>>>;
