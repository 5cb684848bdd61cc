/** Every metric and its unit, by the names that dashboards and alarms use. What each one means is in docs/observability.md. */
export const metricUnits = {
  NotificationsCreated: 'Count',
  NotificationsGrouped: 'Count',
  NotificationsSuppressed: 'Count',
  Commands: 'Count',
  CommandsRefused: 'Count',
  CommandsFailed: 'Count',
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

/** What a count can be told apart by. It is never a user id, or anything else that grows with the number of users. */
export type MetricLabel = 'door' | 'type' | 'action' | 'reason';

export type MetricLabels = Readonly<Partial<Record<MetricLabel, string>>>;

interface LabelUse {
  /** The labels that a count may have. They are fields of its log entry. */
  labels: readonly MetricLabel[];
  /** Those that are dimensions too, each alone. `all` is the sum without a dimension. */
  dimensions: readonly ('all' | MetricLabel)[];
}

/**
 * The labels of the counts that have some. Each value of a dimension is one more metric to pay for. So a dimension has few
 * values. `type` has many, and is a dimension only for the values that the installation names.
 */
export const metricLabels: Partial<Record<MetricName, LabelUse>> = {
  NotificationsCreated: { labels: ['door', 'type'], dimensions: ['door', 'type'] },
  NotificationsGrouped: { labels: ['door', 'type'], dimensions: ['all', 'type'] },
  NotificationsSuppressed: { labels: ['door', 'type'], dimensions: ['all', 'type'] },
  Commands: { labels: ['door', 'action'], dimensions: ['all'] },
  CommandsRefused: { labels: ['door', 'action', 'reason'], dimensions: ['action', 'reason'] },
  CommandsFailed: { labels: ['door', 'action'], dimensions: ['all'] },
};
