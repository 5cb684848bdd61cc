import type { CreateDoor } from '@belfry/functions/create-policy';
import type { MetricName } from '@belfry/functions/metrics';
import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import {
  type DatabaseDimensions,
  databaseMetrics,
  type FunctionName,
  functionMetrics,
  httpApiMetrics,
  type Monitored,
  ownMetric,
  proxyMetrics,
  queueMetrics,
  webSocketApiMetrics,
} from './metrics.ts';

/** One graph: its title, the unit of its axis, and its metrics. */
interface Graph {
  title: string;
  unit: string;
  metrics: IMetric[];
}

/** The values of the dimension `door`. A door that is missing here does not compile. */
const doors = Object.keys({
  invoke: true,
  event: true,
  queue: true,
  http: true,
  schedule: true,
} satisfies Record<CreateDoor['name'], true>);

/** The functions in the graphs: those that a user or a producer waits for. The others have alarms only. */
const shownFunctions = ['Create', 'Read', 'Update'] as const satisfies FunctionName[];

/** The dead letters in the graph: those that an operator can redrive, or must look at. The others have alarms only. */
const shownLetters = [
  'Creates',
  'Deliveries',
  'Events',
  'Retention',
] as const satisfies (keyof Monitored['deadLetters'])[];

/**
 * Creates the dashboard of an installation. What users notice first is at the top, the database at the bottom. It shows 50
 * metrics at most: up to that, an account's first three dashboards are free. https://aws.amazon.com/cloudwatch/pricing/
 */
export function createDashboard(scope: Construct, monitored: Monitored): Dashboard {
  const dashboard = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.hours(12) });
  const rows = [
    notifications(scope),
    sockets(scope, monitored),
    requests(monitored),
    times(scope),
    inboxes(scope),
    foundations(monitored),
  ];
  for (const row of rows) {
    dashboard.addWidgets(...row.map((graph) => toWidget(graph, Math.floor(24 / row.length))));
  }
  return dashboard;
}

/** The sum of each of these metrics. */
const sums = (scope: Construct, ...names: MetricName[]) =>
  names.map((name) => ownMetric(scope, name, Stats.SUM));

/** The sum of a metric, for each door. */
const byDoor = (scope: Construct, name: MetricName) =>
  doors.map((door) => ownMetric(scope, name, Stats.SUM, { door }).with({ label: door }));

/** How late what is due can be. */
const lates = ['TimersLate', 'ScheduledLate', 'EventsLate'] as const satisfies MetricName[];

/** Several statistics of one of our own metrics. */
const statistics = (scope: Construct, name: MetricName, ...labels: string[]) =>
  labels.map((label) => ownMetric(scope, name, label).with({ label }));

const notifications = (scope: Construct): Graph[] => [
  {
    title: 'Notifications created, by door',
    unit: 'notifications',
    metrics: byDoor(scope, 'NotificationsCreated'),
  },
  {
    title: 'Switched off by their recipients, by door',
    unit: 'notifications',
    metrics: byDoor(scope, 'NotificationsSuppressed'),
  },
  {
    title: 'From the command to the last post',
    unit: 'milliseconds',
    metrics: statistics(scope, 'CreateToPostLatency', 'p50', 'p99'),
  },
  {
    title: 'Creates refused and failed',
    unit: 'creates',
    metrics: sums(scope, 'IdempotencyConflicts', 'CreatesRateLimited', 'CreatesFailed'),
  },
];

const sockets = (scope: Construct, { webSocketApiId }: Monitored): Graph[] => [
  {
    title: 'Frames',
    unit: 'posts',
    metrics: sums(scope, 'Posts', 'PostsGone', 'PostsFailed', 'PostsRedelivered'),
  },
  {
    title: 'Connections',
    unit: 'connections',
    metrics: [
      ownMetric(scope, 'ConnectionsCurrent', Stats.MAXIMUM),
      ...sums(scope, 'ConnectionsOpened', 'ConnectionsClosed'),
    ],
  },
  {
    title: 'WebSocket API, refused and failed',
    unit: 'events',
    metrics: Object.values(webSocketApiMetrics(webSocketApiId)),
  },
];

const times = (scope: Construct): Graph[] => [
  {
    title: 'Due for how long',
    unit: 'milliseconds',
    metrics: lates.map((name) => ownMetric(scope, name, Stats.MAXIMUM)),
  },
  {
    title: 'Scheduled creates',
    unit: 'creates',
    metrics: [ownMetric(scope, 'ScheduledBacklog', Stats.MAXIMUM)],
  },
  { title: 'Events on the bus', unit: 'events', metrics: sums(scope, 'EventsSent') },
];

const inboxes = (scope: Construct): Graph[] => [
  { title: 'Inboxes', unit: 'inboxes', metrics: [ownMetric(scope, 'Inboxes', Stats.MAXIMUM)] },
  {
    title: 'Unread notifications of an inbox, once a day',
    unit: 'notifications',
    metrics: statistics(scope, 'UnreadPerInbox', 'p99', Stats.MAXIMUM),
  },
];

function requests({ httpApiId, functions }: Monitored): Graph[] {
  const { latency, ...counts } = httpApiMetrics(httpApiId);
  const shown = shownFunctions.map((label) => ({ label, ...functionMetrics(functions[label]) }));
  return [
    { title: 'HTTP API', unit: 'requests', metrics: Object.values(counts) },
    { title: 'HTTP API, slowest percent', unit: 'milliseconds', metrics: [latency] },
    {
      title: 'Functions, slowest percent',
      unit: 'milliseconds',
      metrics: shown.map(({ label, duration }) => duration.with({ label })),
    },
    {
      title: 'Functions, errors',
      unit: 'invocations',
      metrics: shown.map(({ label, errors }) => errors.with({ label })),
    },
  ];
}

function foundations({ createQueue, deadLetters, database, databaseProxy }: Monitored): Graph[] {
  const letters = shownLetters.map((label) => queueMetrics(deadLetters[label]).depth.with({ label }));
  return [
    {
      title: 'Oldest message of the create queue',
      unit: 'seconds',
      metrics: [queueMetrics(createQueue).age],
    },
    { title: 'Dead letters', unit: 'messages', metrics: letters },
    ...(database ? databaseGraphs(database, databaseProxy) : []),
  ];
}

/**
 * Behind a proxy, its pinned connections take the place of the free memory, which matters for sign-ins that are rare then. The
 * free memory keeps its alarm.
 */
function databaseGraphs(dimensions: DatabaseDimensions, proxy: string | undefined): Graph[] {
  const { cpu, connections, freeMemory } = databaseMetrics(dimensions);
  const memory = { title: 'Database, free memory', unit: 'bytes', metrics: [freeMemory] };
  return [
    { title: 'Database, CPU', unit: 'percent', metrics: [cpu] },
    {
      title: 'Database, connections',
      unit: 'connections',
      metrics: [connections, ...(proxy ? [proxyMetrics(proxy).pinned] : [])],
    },
    ...('DBInstanceIdentifier' in dimensions && !proxy ? [memory] : []),
  ];
}

const toWidget = ({ title, unit, metrics }: Graph, width: number) =>
  new GraphWidget({ title, width, left: metrics, leftYAxis: { label: unit, min: 0, showUnits: false } });
