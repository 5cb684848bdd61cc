import { beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/aws/aws-error.ts';
import { createEventBridge, type EventBridge } from '../../local/aws/event-bridge.ts';
import type { Event } from '../../local/aws/event-delivery.ts';
import { matchesPattern } from '../../local/aws/event-pattern.ts';
import type { MessageAttribute } from '../../local/aws/sqs-message.ts';
import { createTestClock } from '../support/test-clock.ts';
import { type KeptReport, keepReport } from './keep-report.ts';

const entry = { Source: 'shop', DetailType: 'notification.create', Detail: '{"a":1}', EventBusName: 'bus' };
const ruleArn = 'arn:aws:events:us-east-1:000000000000:rule/bus/create';
const targetArn = 'arn:aws:lambda:us-east-1:000000000000:function:create';

let eventBridge: EventBridge;
let { entries, report }: KeptReport = keepReport();
let delivered: Event[];
let accepted: [id: string, bus: string][];
let deadLetters: { body: string; attributes: Record<string, MessageAttribute> }[];
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  ({ entries, report } = keepReport());
  delivered = [];
  accepted = [];
  deadLetters = [];
  eventBridge = createEventBridge({
    clock: createTestClock(Date.UTC(2026, 0, 1, 12, 0, 0, 500)),
    report,
    region: 'us-east-1',
    account: '000000000000',
    onEvent: ({ id }, bus) => void accepted.push([id, bus]),
  });
  eventBridge.createBus('bus');
});

function addRule(deliver: (event: Event) => Promise<void>, hasDeadLetters = true): void {
  const deadLetterQueue = (body: string, attributes: Record<string, MessageAttribute>) =>
    void deadLetters.push({ body, attributes });
  eventBridge.createRule({
    name: 'create',
    arn: ruleArn,
    busName: 'bus',
    eventPattern: { 'detail-type': ['notification.create'] },
    targets: [{ arn: targetArn, deliver, ...(hasDeadLetters && { deadLetterQueue }) }],
  });
}

const collect = async (event: Event) => void delivered.push(event);

describe('PutEvents', () => {
  it('tells of every event that a bus accepts, whether a rule matches it or not', () => {
    const { Entries } = eventBridge.putEvents([entry, { ...entry, Detail: 'no JSON' }]);
    expect(accepted).toEqual([[Entries[0]?.EventId, 'bus']]);
  });

  it('delivers the envelope that EventBridge documents to the rules that match', () => {
    addRule(collect);
    const other = { ...entry, DetailType: 'other' };
    const onDefaultBus = { Source: 's', DetailType: 'notification.create', Detail: '{}' };
    const result = eventBridge.putEvents([{ ...entry, Resources: ['arn:x'] }, other, onDefaultBus]);
    expect(result).toEqual({
      FailedEntryCount: 0,
      Entries: [
        { EventId: delivered[0]?.id },
        { EventId: expect.any(String) },
        { EventId: expect.any(String) },
      ],
    });
    expect(delivered).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'notification.create',
        source: 'shop',
        account: '000000000000',
        time: '2026-01-01T12:00:00Z',
        region: 'us-east-1',
        resources: ['arn:x'],
        detail: { a: 1 },
      },
    ]);
  });

  it('refuses an event that names AWS as its source, and no other entry', () => {
    addRule(collect);
    const { FailedEntryCount, Entries } = eventBridge.putEvents([
      { ...entry, Source: 'aws.ec2' },
      { ...entry, Source: 'aws-shop' },
    ]);
    expect(FailedEntryCount).toBe(1);
    expect(Entries[0]).toMatchObject({ ErrorCode: 'NotAuthorizedForSourceException' });
    expect(delivered).toMatchObject([{ source: 'aws-shop' }]);
  });

  it('takes a time in seconds and a bus by its ARN', () => {
    addRule(collect);
    const EventBusName = eventBridge.busArn('bus');
    expect(EventBusName).toBe('arn:aws:events:us-east-1:000000000000:event-bus/bus');
    eventBridge.putEvents([{ ...entry, EventBusName, Time: 1_700_000_000 }]);
    expect(delivered[0]?.time).toBe('2023-11-14T22:13:20Z');
  });

  it.each([
    [{ Source: undefined }, 'InvalidArgument', /Source is not valid/],
    [{ DetailType: '' }, 'InvalidArgument', /DetailType is not valid/],
    [{ Detail: undefined }, 'InvalidArgument', /Detail is not valid/],
    [{ Detail: '{' }, 'MalformedDetail', /malformed/],
    [{ Detail: '[1]' }, 'MalformedDetail', /malformed/],
    [{ Detail: '"text"' }, 'MalformedDetail', /malformed/],
  ])('fails an entry with %j alone', (fault, ErrorCode, message) => {
    addRule(collect);
    const result = eventBridge.putEvents([{ ...entry, ...fault }, entry]);
    expect(result.FailedEntryCount).toBe(1);
    expect(result.Entries[0]).toEqual({ ErrorCode, ErrorMessage: expect.stringMatching(message) });
    expect(delivered).toHaveLength(1);
  });

  it('refuses no entries, more than 10, more than 1 MB together, and an unknown bus', () => {
    const putting = (entries: object[]) => () => eventBridge.putEvents(entries);
    expect(putting([])).toThrow('greater than or equal to 1');
    expect(putting(Array(11).fill(entry))).toThrow('less than or equal to 10');
    const fill = 1_048_576 - 'shop'.length - 'notification.create'.length - '{"x":""}'.length;
    const large = (bytes: number) => ({ ...entry, Detail: JSON.stringify({ x: 'x'.repeat(bytes) }) });
    expect(putting([large(fill + 1)])).toThrow('over the limit');
    expect(putting([large(fill)])).not.toThrow();
    expect(putting([large(fill - 1_000), { ...entry, Detail: `{"x":"${'x'.repeat(1_000)}"}` }])).toThrow(
      'over the limit',
    );
    expect(putting([{ ...entry, EventBusName: 'none' }])).toThrow(
      expect.objectContaining({
        name: 'ResourceNotFoundException',
        message: 'Event bus none does not exist.',
      }),
    );
  });
});

describe('an event that its target does not take', () => {
  const refused = async () => {
    throw new AwsError('AccessDeniedException', 'not authorized', 403);
  };

  it('ends in the dead-letter queue, with the reason in its attributes', async () => {
    addRule(refused);
    eventBridge.putEvents([entry]);
    await settled();
    expect(JSON.parse(deadLetters[0]?.body ?? '')).toMatchObject({ source: 'shop', detail: { a: 1 } });
    expect(deadLetters[0]?.attributes).toEqual({
      RULE_ARN: { DataType: 'String', StringValue: ruleArn },
      TARGET_ARN: { DataType: 'String', StringValue: targetArn },
      ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' },
      ERROR_MESSAGE: { DataType: 'String', StringValue: 'not authorized' },
    });
  });

  it('is dropped with an error in the report if there is no such queue', async () => {
    addRule(refused, false);
    eventBridge.putEvents([entry]);
    await settled();
    expect(entries).toMatchObject([
      { source: 'events', level: 'error', message: expect.stringMatching(/dropped/) },
    ]);
  });
});

describe('a pattern', () => {
  it.each([
    [{ source: ['a', 'b'] }, { source: 'b' }, true],
    [{ source: ['a'] }, { source: 'b' }, false],
    [{ source: ['a'], kind: ['x'] }, { source: 'a' }, false],
    [{ detail: { order: { state: ['paid'] } } }, { detail: { order: { state: 'paid' } } }, true],
    [{ detail: { order: { state: ['paid'] } } }, { detail: 'paid' }, false],
    [{ resources: ['r2'] }, { resources: ['r1', 'r2'] }, true],
    [{ n: [5, null] }, { n: null }, true],
    [{ n: ['5'] }, { n: 5 }, false],
    [{ a: [{ 'anything-but': 'x' }] }, { a: 'y' }, true],
    [{ a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'y' }, false],
    [{ a: [{ 'anything-but': 'x' }] }, {}, false],
  ])('%j against %j: %s', (pattern, event, fits) => {
    expect(matchesPattern(pattern, event)).toBe(fits);
  });

  it.each([
    [{ a: [{ prefix: 'x' }] }, /\{"prefix":"x"\} on a is not supported/],
    [{ a: [{ exists: true }] }, /exists/],
    [{ a: [{ 'anything-but': 'x', prefix: 'y' }] }, /prefix/],
    [{ a: { b: [{ numeric: ['>', 0] }] } }, /numeric/],
    [{ a: [{ 'anything-but': { suffix: 'x' } }] }, /anything-but/],
    [{ $or: [{ a: ['x'] }] }, /on \$or/],
    [{ a: 'x' }, /must be an object/],
  ])('%j stops the start with its name', (eventPattern, message) => {
    expect(() => eventBridge.createRule({ name: 'r', arn: ruleArn, eventPattern, targets: [] })).toThrow(
      message,
    );
  });
});
