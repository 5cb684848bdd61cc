/** Every metric and its unit, by the names that dashboards and alarms use. What each one means is in docs/observability.md. */
export const metricUnits = {
  NotificationsCreated: 'Count',
  NotificationsSuppressed: 'Count',
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
  TimersLate: 'Milliseconds',
  ScheduledLate: 'Milliseconds',
  ScheduledBacklog: 'Count',
  EventsLate: 'Milliseconds',
  EventsSent: 'Count',
} as const;

export type MetricName = keyof typeof metricUnits;

/**
 * The labels of a count. Each combination of dimensions is one more metric to pay for. So a label has few values (`door`),
 * or it is a dimension only for the values that the installation names, and a field of the log entry for others (`type`).
 * A label is never a user id, or anything else that grows with the number of users.
 */
export type MetricLabels = Readonly<Partial<Record<'door' | 'type', string>>>;
