import { basename } from 'node:path';
import { checkTypes } from './billed-types.ts';
import { type DatabaseFacts, databaseFacts } from './database-facts.ts';
import { runsAMonth } from './month.ts';
import { countOf, idIn, type Of, resourcesOf, type Template } from './template.ts';

/** A function of Belfry. */
interface FunctionFacts {
  memoryMb: number;
  isTraced: boolean;
  /** How often schedules start it in a month. */
  scheduledRuns: number;
}

/** What costs depend on and a template shows. */
export interface StackFacts {
  /** By the names of their files in `functions/`. */
  functions: Readonly<Record<string, FunctionFacts>>;
  secrets: number;
  /** How many metrics alarms watch. */
  alarmMetrics: number;
  /** How many metrics each dashboard shows. */
  dashboards: readonly number[];
  /** How many queues Lambda polls. */
  polledQueues: number;
  /** Left out: an existing database, which the stack does not make. */
  database?: DatabaseFacts;
  natGateways: number;
  publicIpv4Addresses: number;
  /** Whether pushes are written to a table, for a function outside the network. */
  pushesByTable: boolean;
  /** Whether creates over HTTP are counted in a table. */
  countsCreates: boolean;
  /** How many types of notifications have metrics of their own. */
  measuredTypes: number;
  /** After how many days notifications are deleted. Left out: never. */
  keptDays?: number;
  logRetentionDays: number;
  /** The length of the format of each access log. 0: it is off. */
  accessLogFormats: { http: number; socket: number };
}

interface FunctionProperties {
  Description?: string;
  MemorySize: number;
  TracingConfig?: { Mode: string };
  Environment?: { Variables: Record<string, string> };
}

type Functions = Map<string, Of<FunctionProperties>>;

/**
 * Reads the facts from a template that has the paths of its assets in its metadata.
 * @param measuredTypes how many types have metrics of their own, which the template does not say
 * @throws Error naming what the model does not know, so that no cost is forgotten
 */
export function stackFactsOf(template: Template, measuredTypes: number): StackFacts {
  checkTypes(template);
  const functions = functionsOf(template);
  const create = environmentOf(functions, 'create-notification');
  const { DELETE_AFTER_DAYS: keptDays } = environmentOf(functions, 'purge-expired');
  const database = databaseFacts(template);
  return {
    functions: functionFacts(template, functions),
    secrets: countOf(template, 'AWS::SecretsManager::Secret'),
    alarmMetrics: alarmMetricsOf(template),
    dashboards: dashboardsOf(template),
    polledQueues: polledQueuesOf(template),
    ...(database && { database }),
    natGateways: countOf(template, 'AWS::EC2::NatGateway'),
    publicIpv4Addresses: countOf(template, 'AWS::EC2::EIP'),
    pushesByTable: create.PUSH_BY === 'queue',
    countsCreates: create.CREATES_PER_MINUTE !== '0',
    measuredTypes,
    ...(keptDays && { keptDays: Number(keptDays) }),
    logRetentionDays: logRetentionOf(template),
    accessLogFormats: { http: accessLogOf(template, 'HTTP'), socket: accessLogOf(template, 'WEBSOCKET') },
  };
}

/** The functions of Belfry, by the names of their files. Those of the CDK run at deployments only. */
function functionsOf(template: Template): Functions {
  const all = resourcesOf<FunctionProperties>(template, 'AWS::Lambda::Function');
  const own = all.filter(({ properties }) => properties.Description?.startsWith('Belfry: '));
  return new Map(own.map((each) => [basename(String(each.metadata['aws:asset:path'])), each]));
}

function environmentOf(functions: Functions, name: string): Record<string, string> {
  const found = functions.get(name);
  if (!found)
    throw new Error(`The template has no function ${name}: it has ${[...functions.keys()].join(', ')}.`);
  return found.properties.Environment?.Variables ?? {};
}

function functionFacts(template: Template, functions: Functions): StackFacts['functions'] {
  const rules = resourcesOf<{ ScheduleExpression?: string; Targets: { Arn: unknown }[] }>(
    template,
    'AWS::Events::Rule',
  );
  const runsOf = (id: string) =>
    rules
      .filter(({ properties }) => properties.Targets.some(({ Arn }) => idIn(Arn) === id))
      .reduce((sum, { properties: { ScheduleExpression } }) => sum + runsAMonth(ScheduleExpression), 0);
  return Object.fromEntries(
    [...functions].map(
      ([
        name,
        {
          id,
          properties: { MemorySize, TracingConfig },
        },
      ]) => [
        name,
        {
          memoryMb: MemorySize,
          isTraced: TracingConfig?.Mode === 'Active',
          scheduledRuns: runsOf(id),
        },
      ],
    ),
  );
}

/** An alarm is billed for each metric that it watches: https://aws.amazon.com/cloudwatch/pricing/ */
function alarmMetricsOf(template: Template): number {
  const alarms = resourcesOf<{ Metrics?: { MetricStat?: unknown }[] }>(template, 'AWS::CloudWatch::Alarm');
  return alarms.reduce(
    (sum, { properties: { Metrics } }) =>
      sum + (Metrics ? Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length : 1),
    0,
  );
}

function dashboardsOf(template: Template): number[] {
  const dashboards = resourcesOf<{ DashboardBody: unknown }>(template, 'AWS::CloudWatch::Dashboard');
  return dashboards.map(({ properties: { DashboardBody } }) => {
    const parts: unknown[] = Object(DashboardBody)['Fn::Join']?.[1] ?? [DashboardBody];
    const body: { widgets: { properties: { metrics?: unknown[] } }[] } = JSON.parse(
      parts.map((part) => (typeof part === 'string' ? part : 'resolved')).join(''),
    );
    return body.widgets.reduce((sum, { properties }) => sum + (properties.metrics?.length ?? 0), 0);
  });
}

function polledQueuesOf(template: Template): number {
  const mappings = resourcesOf<{ EventSourceArn: unknown }>(template, 'AWS::Lambda::EventSourceMapping');
  return mappings.filter(
    ({ properties }) => template.Resources[idIn(properties.EventSourceArn)]?.Type === 'AWS::SQS::Queue',
  ).length;
}

/** The longest time for which logs are kept, in days. */
function logRetentionOf(template: Template): number {
  const groups = resourcesOf<{ RetentionInDays: number }>(template, 'AWS::Logs::LogGroup');
  return Math.max(...groups.map(({ properties }) => properties.RetentionInDays));
}

function accessLogOf(template: Template, protocol: 'HTTP' | 'WEBSOCKET'): number {
  const apis = resourcesOf<{ ProtocolType: string }>(template, 'AWS::ApiGatewayV2::Api')
    .filter(({ properties }) => properties.ProtocolType === protocol)
    .map(({ id }) => id);
  return resourcesOf<{ ApiId: unknown; AccessLogSettings?: { Format: string } }>(
    template,
    'AWS::ApiGatewayV2::Stage',
  )
    .filter(({ properties }) => apis.includes(idIn(properties.ApiId)))
    .reduce((sum, { properties }) => sum + (properties.AccessLogSettings?.Format.length ?? 0), 0);
}
