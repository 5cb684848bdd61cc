import type { MetricName } from '@belfry/functions/metrics';
import { assumptions } from '../assumptions.ts';
import { gigabytes, type Line, linesOf } from '../line.ts';
import { daysOfMonth, hoursOfMonth } from '../month.ts';
import { prices } from '../prices.ts';
import type { StackFacts } from '../stack-facts.ts';
import type { Workload } from '../workload.ts';
import { invocationsOf } from './lambda.ts';

const line = linesOf('CloudWatch');

const metricsOfFreeDashboard = 50;

export function cloudWatchLines(stack: StackFacts, work: Workload): Line[] {
  const large = stack.dashboards.filter((metrics) => metrics > metricsOfFreeDashboard).length;
  const ingested = gigabytes(logBytes(stack, work));
  const stored = ingested * assumptions.logs.compression * (stack.logRetentionDays / daysOfMonth);
  return [
    line('alarms', stack.alarmMetrics, prices.alarms),
    line('dashboards', stack.dashboards.length - large, prices.dashboards),
    line('large dashboards', large, prices.largeDashboards),
    line('metrics', metricMonths(stack, work), prices.metrics),
    line('log ingestion', ingested, prices.logIngestion),
    line('log storage', stored, prices.logStorage),
  ];
}

/**
 * A metric costs for each hour in which it gets a value, so it costs at most as many hours as there are events.
 * https://aws.amazon.com/cloudwatch/pricing/
 */
function metricMonths({ functions, measuredTypes }: StackFacts, work: Workload): number {
  const runs = (name: string) => functions[name]?.scheduledRuns ?? 0;
  const events: Record<MetricName, number> = {
    NotificationsCreated: work.commands,
    Commands: work.commands,
    CreateToPostLatency: work.posts,
    Posts: work.posts,
    ConnectionsOpened: work.connects,
    ConnectionsClosed: work.connects,
    ConnectionsCurrent: runs('count-connections'),
    Inboxes: runs('purge-expired'),
    UnreadPerInbox: runs('purge-expired'),
    // At each look of the tick, and each look that is daily.
    TimersLate: work.times + runs('purge-expired'),
    ScheduledLate: work.times + runs('purge-expired'),
    ScheduledBacklog: work.times + runs('purge-expired'),
    EventsLate: work.times + runs('purge-expired'),
    EventsSent: work.events,
    // Without groups, and without types that users can switch off, there is none.
    NotificationsGrouped: 0,
    NotificationsSuppressed: 0,
    // Things that go wrong now and then: a hundredth of what they can happen to.
    CommandsRefused: work.commands / 100,
    CommandsFailed: work.commands / 100,
    PostsGone: work.posts / 100,
    PostsFailed: work.posts / 100,
    PostsRedelivered: work.posts / 100,
  };
  // What is counted by two dimensions is two metrics.
  const more = measuredTypes * share(work.commands) + share(events.CommandsRefused);
  return Object.values(events).reduce((sum, count) => sum + share(count), more);
}

const share = (events: number): number => Math.min(events, hoursOfMonth) / hoursOfMonth;

function logBytes(stack: StackFacts, work: Workload): number {
  const { invocation, entry, accessEntry } = assumptions.logs;
  const { http, socket } = stack.accessLogFormats;
  const ofFunctions = Object.keys(stack.functions).reduce(
    (sum, name) => sum + invocationsOf(name, stack, work) * (invocation + (entry[name] ?? 0)),
    0,
  );
  const httpEntries = work.requests + work.preflights;
  const socketEntries = work.connects * 2 + work.pings;
  return ofFunctions + (httpEntries * http + socketEntries * socket) * accessEntry;
}
