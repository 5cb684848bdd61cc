import { type MetricName, metricLabels, metricUnits } from '../core/metrics.ts';

/** What each metric means. One that is missing here does not compile. */
const meanings: Record<MetricName, string> = {
  NotificationsCreated: 'Notifications that were created. A repeated key creates none.',
  NotificationsGrouped:
    'Creates that went into the unread notification of their group, and so made none. A repeated key counts once.',
  NotificationsSuppressed:
    'Notifications that were not created, because the recipient has switched their type off.',
  Commands: 'Commands that came in, whatever their outcome. Each retry counts again.',
  CommandsRefused:
    'Those of them that were refused: invalid, forbidden, in conflict with an earlier one, too many, or about what does not exist.',
  CommandsFailed: 'Those of them that failed because of Belfry or its database.',
  CreateToPostLatency:
    'From receiving a command to the last answer to a post, including the queueing of failed ones. Once a command, and only if a post arrived.',
  Posts: 'Frames of inboxes that the gateway accepted for a connection: of creates, marks and redeliveries.',
  PostsGone: 'Frames to connections that the gateway did not know any more, or not yet.',
  PostsFailed:
    'Frames that failed otherwise, or that came too late to be tried. Each redelivery that fails counts again.',
  PostsRedelivered: 'Those of `Posts` that were a redelivery.',
  ConnectionsOpened: 'Connections that were accepted.',
  ConnectionsClosed: 'Connections whose end the gateway reported. It does not report every end.',
  ConnectionsCurrent: 'Connections that frames are pushed to, every 5 minutes. Look at its `Maximum`.',
  Inboxes: 'How many inboxes there are, once a day. Look at its `Maximum`.',
  UnreadPerInbox:
    'How many unread notifications the inboxes have, once a day, as 100 values: one for each percent of the inboxes. Look at its percentiles and its `Maximum`.',
  TimersLate:
    'For how long the notification has been due that has waited longest to expire, to wake or to be told of. At every look of the tick into the database, before it does anything. Up to about a minute is normal. Look at its `Maximum`.',
  ScheduledLate: 'The same for scheduled creates.',
  ScheduledBacklog: 'How many creates are scheduled and not sent yet, likewise. Look at its `Maximum`.',
  EventsLate: 'For how long the oldest event has waited in the database, likewise.',
  EventsSent: 'Events that the event bus has taken from Belfry. One that is sent twice counts twice.',
};

/** Every metric with its unit, dimensions and meaning, in the order of `metricUnits`. */
export const describedMetrics = Object.entries(metricUnits).map(([key, unit]) => {
  // The cast: a key of the table.
  const name = key as MetricName;
  return { name, unit, means: meanings[name], dimensions: metricLabels[name]?.dimensions ?? [] };
});
