import type { CountedAction } from '@belfry/functions/command-counts';
import type { CreateDoor } from '@belfry/functions/create-policy';
import type { MetricLabel, MetricName } from '@belfry/functions/metrics';
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

/** What commands do, as far as there is something to do. */
const actions = ['create', 'schedule', 'update', 'retract', 'cancel'] as const satisfies CountedAction[];

/** The functions whose times are shown: those that a user or a producer waits for. */
const timedFunctions = [
  'Create',
  'Read',
  'Update',
  'Authorize',
  'Connect',
  'Deliver',
] as const satisfies FunctionName[];

/** The functions whose errors are shown: those of the others are in the graphs of the two APIs, or have alarms only. */
const watchedFunctions = ['Create', 'Deliver'] as const satisfies FunctionName[];

/** The dead letters in the graph: those that lose something. The others have alarms only. */
const shownLetters = ['Creates', 'Events'] as const satisfies (keyof Monitored['deadLetters'])[];

/**
 * Creates the dashboard of an installation. What users notice first is at the top, the database at the bottom. It shows 50
 * metrics at most: up to that, an account's first three dashboards are free. https://aws.amazon.com/cloudwatch/pricing/
 * AWS does not say how it counts what a search or an expression reads, so there is none, and each line is one metric.
 */
export function createDashboard(scope: Construct, monitored: Monitored): Dashboard {
  const dashboard = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.hours(12) });
  const rows = [
    notifications(scope),
    commands(scope),
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

/** The sum of a metric, for each value of a dimension. */
const sumsBy = (scope: Construct, name: MetricName, dimension: MetricLabel, values: readonly string[]) =>
  values.map((value) => ownMetric(scope, name, Stats.SUM, { [dimension]: value }).with({ label: value }));

/** How late what is due can be. */
const lates = ['TimersLate', 'ScheduledLate', 'EventsLate'] as const satisfies MetricName[];

/** Several statistics of one of our own metrics. */
const statistics = (scope: Construct, name: MetricName, ...labels: string[]) =>
  labels.map((label) => ownMetric(scope, name, label).with({ label }));

const notifications = (scope: Construct): Graph[] => [
  {
    title: 'Notifications created, by door',
    unit: 'notifications',
    metrics: sumsBy(scope, 'NotificationsCreated', 'door', doors),
  },
  {
    title: 'Grouped, and switched off by their recipients',
    unit: 'notifications',
    metrics: sums(scope, 'NotificationsGrouped', 'NotificationsSuppressed'),
  },
  {
    title: 'From the command to the last post',
    unit: 'milliseconds',
    metrics: statistics(scope, 'CreateToPostLatency', 'p99'),
  },
];

const commands = (scope: Construct): Graph[] => [
  { title: 'Commands', unit: 'commands', metrics: sums(scope, 'Commands') },
  {
    title: 'Commands refused, by what they do',
    unit: 'commands',
    metrics: sumsBy(scope, 'CommandsRefused', 'action', actions),
  },
  { title: 'Commands failed', unit: 'commands', metrics: sums(scope, 'CommandsFailed') },
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
  const of = (label: FunctionName) => functionMetrics(functions[label]);
  return [
    { title: 'HTTP API', unit: 'requests', metrics: Object.values(counts) },
    { title: 'HTTP API, slowest percent', unit: 'milliseconds', metrics: [latency] },
    {
      title: 'Functions, slowest percent',
      unit: 'milliseconds',
      metrics: timedFunctions.map((label) => of(label).duration.with({ label })),
    },
    {
      title: 'Functions, errors',
      unit: 'invocations',
      metrics: watchedFunctions.map((label) => of(label).errors.with({ label })),
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
