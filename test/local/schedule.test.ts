import { beforeEach, describe, expect, it } from 'vitest';
import { createEventBridge, type EventBridge } from '../../local/aws/event-bridge.ts';
import type { Event } from '../../local/aws/event-delivery.ts';
import { parseSchedule } from '../../local/aws/schedule.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const next = (expression: string, after: string) => {
  const due = parseSchedule(expression)(at(after));
  return due === undefined ? 'never' : new Date(due).toISOString().slice(0, 16);
};

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
describe('a schedule', () => {
  it.each([
    ['rate(1 minute)', '2026-01-01T00:00', '2026-01-01T00:01'],
    ['rate(5 minutes)', '2026-01-01T00:03', '2026-01-01T00:08'],
    ['rate(1 hour)', '2026-01-01T00:03', '2026-01-01T01:03'],
    ['rate(30 days)', '2026-01-01T00:00', '2026-01-31T00:00'],
    ['cron(* * * * ? *)', '2026-01-01T00:00', '2026-01-01T00:01'],
    ['cron(0 10 * * ? *)', '2026-01-01T10:00', '2026-01-02T10:00'],
    ['cron(15 12 * * ? *)', '2026-01-01T10:00', '2026-01-01T12:15'],
    ['cron(0 8 1 * ? *)', '2026-01-01T09:00', '2026-02-01T08:00'],
    ['cron(0 0 29 2 ? *)', '2026-01-01T00:00', '2028-02-29T00:00'],
    ['cron(0 0 ? * 1 *)', '2026-01-01T00:00', '2026-01-04T00:00'],
    ['cron(0 0 1 1 ? 2027)', '2026-01-01T00:00', '2027-01-01T00:00'],
    ['cron(0 0 1 1 ? 2025)', '2026-01-01T00:00', 'never'],
  ])('%s after %s is due at %s', (expression, after, due) => {
    expect(next(expression, after)).toBe(due);
  });

  it.each([
    ['at(2026-01-01T00:00:00)', 'neither a rate nor a cron'],
    ['rate(1 minutes)', 'wrong number'],
    ['rate(5 minute)', 'wrong number'],
    ['rate(0 minutes)', 'a rate is'],
    ['rate(1 week)', 'a rate is'],
    ['cron(0 10 * * ?)', 'six fields'],
    ['cron(0 10 * * * *)', 'must be ?'],
    ['cron(0 10 ? * ? *)', 'must be ?'],
    ['cron(60 10 * * ? *)', '60 must be'],
    ['cron(0 10 L * ? *)', 'L must be'],
    ['cron(0/15 10 * * ? *)', '0/15 must be'],
    ['cron(0 18 ? * MON-FRI *)', 'MON-FRI must be'],
    ['cron(0 8,20 * * ? *)', '8,20 must be'],
    ['cron(0 10 3W * ? *)', '3W must be'],
    ['cron(0 10 ? * 3#2 *)', '3#2 must be'],
  ])('%s stops the start with its name', (expression, why) => {
    expect(() => parseSchedule(expression)).toThrow(`The schedule ${expression} is not supported`);
    expect(() => parseSchedule(expression)).toThrow(why);
  });
});

describe('a rule with a schedule', () => {
  let clock: TestClock;
  let eventBridge: EventBridge;
  let events: Event[];
  const arn = 'arn:aws:events:us-east-1:000000000000:rule/purge';
  const targets = [{ arn: 'target', deliver: async (event: Event) => void events.push(event) }];

  beforeEach(() => {
    clock = createTestClock();
    events = [];
    const here = { region: 'us-east-1', account: '000000000000' };
    eventBridge = createEventBridge({ ...here, clock, report: () => {} });
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
  it('hands an event of EventBridge to its targets in time, again and again, and to no other event', async () => {
    eventBridge.createRule({ name: 'purge', arn, schedule: 'cron(0 3 * * ? *)', targets });
    eventBridge.putEvents([{ Source: 'shop', DetailType: 'sold', Detail: '{}' }]);
    await clock.advance(3 * 60 * 60_000 - 1);
    expect(events).toEqual([]);
    await clock.advance(1);
    expect(events).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: '2026-01-01T03:00:00Z',
        region: 'us-east-1',
        resources: [arn],
        detail: {},
      },
    ]);
    await clock.advance(2 * 24 * 60 * 60_000);
    expect(events.map(({ time }) => time.slice(8, 10))).toEqual(['01', '02', '03']);
    eventBridge.stop();
    await clock.advance(2 * 24 * 60 * 60_000);
    expect(events).toHaveLength(3);
  });

  it('may be weeks away', async () => {
    eventBridge.createRule({ name: 'purge', arn, schedule: 'rate(60 days)', targets });
    await clock.advance(60 * 24 * 60 * 60_000 - 1);
    expect(events).toEqual([]);
    await clock.advance(1);
    expect(events).toHaveLength(1);
  });

  it('stands on the default bus alone', () => {
    eventBridge.createBus('bus');
    const rule = { name: 'purge', arn, busName: 'bus', schedule: 'rate(1 day)', targets };
    expect(() => eventBridge.createRule(rule)).toThrow('only the default bus');
  });
});
