import { type MetricLabels, type MetricName, metricUnits } from '../core/metrics.ts';

interface MetricDescription {
  means: string;
  /** Its dimensions; each one makes a metric of its own. Default: none. */
  dimensions?: readonly (keyof MetricLabels)[];
}

/** What each metric means. One that is missing here does not compile. */
const descriptions: Record<MetricName, MetricDescription> = {
  NotificationsCreated: {
    means: 'Notifications that were created. A repeated key creates none.',
    dimensions: ['door', 'type'],
  },
  NotificationsSuppressed: {
    means: 'Notifications that were not created, because the recipient has switched their type off.',
    dimensions: ['door', 'type'],
  },
  IdempotencyConflicts: {
    means:
      'Creates that were refused because their key had other content. Each retry of an event or a message counts again.',
  },
  CreatesRateLimited: { means: 'Creates over HTTP that were answered 429.' },
  CreatesFailed: {
    means: 'Creates by any door that failed because of Belfry or its database. Each retry counts again.',
  },
  CreateToPostLatency: {
    means:
      'From receiving a command to the last answer to a post, including the queueing of failed ones. Once a command, and only if a post arrived.',
  },
  Posts: {
    means:
      'Frames of inboxes that the gateway accepted for a connection: of creates, marks and redeliveries.',
  },
  PostsGone: { means: 'Frames to connections that the gateway did not know any more, or not yet.' },
  PostsFailed: {
    means:
      'Frames that failed otherwise, or that came too late to be tried. Each redelivery that fails counts again.',
  },
  PostsRedelivered: { means: 'Those of `Posts` that were a redelivery.' },
  ConnectionsOpened: { means: 'Connections that were accepted.' },
  ConnectionsClosed: { means: 'Connections whose end the gateway reported. It does not report every end.' },
  ConnectionsCurrent: {
    means: 'Connections that frames are pushed to, every 5 minutes. Look at its `Maximum`.',
  },
  Inboxes: { means: 'How many inboxes there are, once a day. Look at its `Maximum`.' },
  UnreadPerInbox: {
    means:
      'How many unread notifications the inboxes have, once a day, as 100 values: one for each percent of the inboxes. Look at its percentiles and its `Maximum`.',
  },
  TimersLate: {
    means:
      'For how long the notification has been due that has waited longest to expire, to wake or to be told of. At every look of the tick into the database, before it does anything. Up to about a minute is normal. Look at its `Maximum`.',
  },
  ScheduledLate: { means: 'The same for scheduled creates.' },
  ScheduledBacklog: {
    means: 'How many creates are scheduled and not sent yet, likewise. Look at its `Maximum`.',
  },
  EventsLate: { means: 'For how long the oldest event has waited in the database, likewise.' },
  EventsSent: {
    means: 'Events that the event bus has taken from Belfry. One that is sent twice counts twice.',
  },
};

/** Every metric with its unit, dimensions and meaning, in the order of `metricUnits`. */
export const describedMetrics = Object.entries(metricUnits).map(([name, unit]) => {
  // The cast: a key of the table.
  const { means, dimensions = [] } = descriptions[name as MetricName];
  return { name, unit, means, dimensions };
});
