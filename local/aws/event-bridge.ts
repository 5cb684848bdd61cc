import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { isRecord, parseExactly } from '../json.ts';
import type { Report } from '../report.ts';
import { AwsError } from './aws-error.ts';
import { createEventDelivery, type Event, type Target } from './event-delivery.ts';
import { checkPattern, matchesPattern } from './event-pattern.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

/** One entry of `PutEvents`. */
export interface PutEventsEntry {
  Source?: string | undefined;
  DetailType?: string | undefined;
  /** A JSON object as text. */
  Detail?: string | undefined;
  /** A name or an ARN. Default: the bus `default`. */
  EventBusName?: string | undefined;
  Resources?: string[] | undefined;
  /** Seconds since the epoch. */
  Time?: number | undefined;
}

/** `Entries` has the order of the request. A failed entry has `ErrorCode` and `ErrorMessage`, another one `EventId`. */
export interface PutEventsResult {
  FailedEntryCount: number;
  Entries: { EventId?: string; ErrorCode?: string; ErrorMessage?: string }[];
}

export interface RuleSpec {
  name: string;
  arn: string;
  /** Name or ARN. Default: the bus `default`. */
  busName?: string;
  /** Left out: the rule matches no event. */
  eventPattern?: unknown;
  /** `rate(…)` or `cron(…)`, only on the default bus. At each time, the targets get a `Scheduled Event`. */
  schedule?: string;
  targets: Target[];
}

export interface EventBridge {
  createBus(name: string): void;
  /** Throws if the bus does not exist, or if the pattern or the schedule has a form that is not supported. */
  createRule(rule: RuleSpec): void;
  /** The ARN of the bus that an entry names. */
  busArn(nameOrArn: string | undefined): string;
  /**
   * Accepts 1 to 10 entries, of up to 1 MB together, and passes them to the targets of the matching rules without
   * waiting. An invalid entry fails alone.
   * @throws AwsError `ValidationException` for an invalid request, `ResourceNotFoundException` for an unknown bus
   */
  putEvents(entries: PutEventsEntry[]): PutEventsResult;
  /** Stops the schedules. */
  stop(): void;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const requestLimitBytes = 1_048_576;

/** A timer of Node can wait for 24 days at most. */
const longestWaitMs = 24 * 60 * 60_000;

/** Amazon EventBridge on this machine: the account's `default` bus and those of the template. */
export function createEventBridge({
  clock,
  report,
  region,
  account,
  runsSchedules = true,
  onEvent = () => {},
}: {
  clock: Clock;
  report: Report;
  region: string;
  account: string;
  /** Whether rules run at the times of their schedules. Default: true. */
  runsSchedules?: boolean;
  /** Called with every event that was put on a bus, whether a rule matches it or not. */
  onEvent?: (event: Event, busName: string) => void;
}): EventBridge {
  const deliver = createEventDelivery(report);
  const buses = new Map<string, RuleSpec[]>([['default', []]]);
  const cancellations = new Map<RuleSpec, () => void>();
  const nameOf = (nameOrArn = 'default') => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);

  function rulesOf(nameOrArn: string | undefined): RuleSpec[] {
    const rules = buses.get(nameOf(nameOrArn));
    if (rules) return rules;
    throw new AwsError('ResourceNotFoundException', `Event bus ${nameOf(nameOrArn)} does not exist.`);
  }

  function envelope(
    entry: PutEventsEntry & { Source: string; DetailType: string },
    detail: Record<string, unknown>,
  ): Event {
    const time = new Date(entry.Time === undefined ? clock.now() : entry.Time * 1000);
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType,
      source: entry.Source,
      account,
      time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
      region,
      resources: entry.Resources ?? [],
      detail,
    };
  }

  /** Runs a rule at each time of its schedule. */
  function runInTime(rule: RuleSpec, schedule: Schedule, dueAt = schedule(clock.now())): void {
    if (dueAt === undefined) return;
    const waitMs = Math.min(dueAt - clock.now(), longestWaitMs);
    const next = () => {
      if (clock.now() < dueAt) return runInTime(rule, schedule, dueAt);
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
      const entry = { Source: 'aws.events', DetailType: 'Scheduled Event', Resources: [rule.arn] };
      const event = envelope(entry, {});
      for (const target of rule.targets) void deliver(event, rule, target);
      runInTime(rule, schedule);
    };
    cancellations.set(rule, clock.after(waitMs, next));
  }

  function putEntry(entry: PutEventsEntry): PutEventsResult['Entries'][number] {
    const { Source, DetailType, Detail } = entry;
    if (!Source) return invalid('Source');
    if (!DetailType) return invalid('DetailType');
    if (!Detail) return invalid('Detail');
    // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
    if (Source.startsWith('aws.')) {
      const ErrorMessage = 'Not authorized for the source.';
      return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage };
    }
    const detail = detailOf(Detail);
    if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    const event = envelope({ ...entry, Source, DetailType }, detail);
    onEvent(event, nameOf(entry.EventBusName));
    for (const rule of rulesOf(entry.EventBusName)) {
      if (rule.eventPattern === undefined || !matchesPattern(rule.eventPattern, event)) continue;
      for (const target of rule.targets) void deliver(event, rule, target);
    }
    return { EventId: event.id };
  }

  return {
    createBus: (name) => void buses.set(name, []),
    createRule(rule) {
      const { eventPattern, schedule, busName } = rule;
      if (eventPattern !== undefined) checkPattern(eventPattern);
      if (schedule !== undefined && nameOf(busName) !== 'default') {
        throw new Error(
          `The rule ${rule.name} has a schedule, and only the default bus supports schedules. Leave out EventBusName.`,
        );
      }
      rulesOf(busName).push(rule);
      const times = schedule === undefined ? undefined : parseSchedule(schedule);
      if (times && runsSchedules) runInTime(rule, times);
    },
    busArn: (nameOrArn) => `arn:aws:events:${region}:${account}:event-bus/${nameOf(nameOrArn)}`,
    putEvents(entries) {
      checkRequest(entries);
      for (const { EventBusName } of entries) rulesOf(EventBusName);
      const results = entries.map(putEntry);
      return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length, Entries: results };
    },
    stop() {
      for (const cancel of cancellations.values()) cancel();
    },
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevents-failures; the texts are not documented. */
/** The detail of an entry, or undefined if it is no JSON object. */
function detailOf(text: string): Record<string, unknown> | undefined {
  try {
    const detail = parseExactly(text);
    return isRecord(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

function invalid(field: string) {
  const ErrorMessage = `Parameter ${field} is not valid. Reason: ${field} is a required argument.`;
  return { ErrorCode: 'InvalidArgument', ErrorMessage };
}

function checkRequest(entries: PutEventsEntry[]): void {
  const refuse = (reason: string) => {
    throw new AwsError('ValidationException', reason);
  };
  if (entries.length < 1 || entries.length > 10) {
    const bound = entries.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 10';
    refuse(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (bytes > requestLimitBytes) refuse('Total size of the entries in the request is over the limit.');
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function entryBytes({
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
  Time,
}: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}
