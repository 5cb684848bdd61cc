import { beforeEach, describe, expect, it } from 'vitest';
import { type MetricName, metricUnits } from '../../functions/core/metrics.ts';
import { type BufferedMetrics, createMetrics } from '../../functions/platform/metrics.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { metricsOf } from '../support/emf.ts';

const now = Date.UTC(2026, 0, 1);

let logger: RecordingLogger;
let metrics: BufferedMetrics;
beforeEach(() => {
  logger = createRecordingLogger();
  metrics = createMetrics({
    logger,
    clock: () => now,
    namespace: 'Belfry/Test',
    isMeasured: (type) => type === 'comment',
  });
});

/** The lines of one flush, each found to keep to the specification. */
function flushed() {
  const before = logger.lines.length;
  metrics.flush();
  return logger.lines.slice(before).map(({ fields }) => ({ fields, measured: metricsOf(fields) }));
}

describe('Metrics', () => {
  it('are one line for all that an invocation has measured, of its time', () => {
    metrics.count('Posts', 3);
    metrics.count('Posts');
    metrics.count('NotificationsCreated', 2, { door: 'http' });
    metrics.record('CreateToPostLatency', 12);
    const [line, ...others] = flushed();
    expect(others).toEqual([]);
    expect(logger.lines).toMatchObject([{ level: 'info', message: 'metrics' }]);
    expect(line?.fields._aws).toMatchObject({ Timestamp: now });
    expect(line?.measured).toEqual([
      { name: 'NotificationsCreated', unit: 'Count', values: [2], dimensions: [{ door: 'http' }] },
      { name: 'Posts', unit: 'Count', values: [4], dimensions: [{}] },
      { name: 'CreateToPostLatency', unit: 'Milliseconds', values: [12], dimensions: [{}] },
    ]);
  });

  it('are no line if nothing was measured, or nothing but zeros', () => {
    metrics.count('Posts', 0);
    expect(flushed()).toEqual([]);
  });

  it('measure a distribution of zero', () => {
    metrics.record('ConnectionsCurrent', 0);
    expect(flushed()[0]?.measured).toMatchObject([{ name: 'ConnectionsCurrent', values: [0] }]);
  });

  it('are written once, and counted from zero again', () => {
    metrics.count('Posts');
    flushed();
    expect(flushed()).toEqual([]);
    metrics.count('Posts');
    expect(flushed()[0]?.measured).toMatchObject([{ name: 'Posts', values: [1] }]);
  });

  it('keep each value of a distribution', () => {
    for (const value of [3, 1, 2]) metrics.record('CreateToPostLatency', value);
    expect(flushed()[0]?.measured).toMatchObject([{ name: 'CreateToPostLatency', values: [3, 1, 2] }]);
  });

  it('are further lines if a distribution has more values than a line may hold', () => {
    for (let value = 0; value < 250; value += 1) metrics.record('CreateToPostLatency', value);
    metrics.count('Posts', 250);
    const lines = flushed();
    expect(lines.map(({ measured }) => measured.map(({ name, values }) => [name, values.length]))).toEqual([
      [
        ['CreateToPostLatency', 100],
        ['Posts', 1],
      ],
      [['CreateToPostLatency', 100]],
      [['CreateToPostLatency', 50]],
    ]);
    const values = lines
      .flatMap(({ measured }) => measured)
      .flatMap(({ name, values }) => (name === 'Posts' ? [] : values));
    expect(values).toEqual(Array.from({ length: 250 }, (_, index) => index));
  });

  it('of several types are a line for each, so that the log can be asked by type', () => {
    metrics.count('NotificationsCreated', 1, { door: 'queue', type: 'comment' });
    metrics.count('NotificationsCreated', 2, { door: 'queue', type: 'other' });
    metrics.count('NotificationsCreated', 3, { door: 'queue', type: 'comment' });
    metrics.count('Posts', 6);
    expect(
      flushed().map(({ fields: { type, NotificationsCreated, Posts } }) => [
        type,
        NotificationsCreated,
        Posts,
      ]),
    ).toEqual([
      ['comment', 4, 6],
      ['other', 2, undefined],
    ]);
  });

  it('have a type as a dimension only if the installation names it', () => {
    metrics.count('NotificationsCreated', 1, { door: 'queue', type: 'comment' });
    metrics.count('NotificationsCreated', 1, { door: 'queue', type: 'whatever a producer writes' });
    expect(flushed().map(({ measured }) => measured[0]?.dimensions)).toEqual([
      [{ door: 'queue' }, { type: 'comment' }],
      [{ door: 'queue' }],
    ]);
  });

  it('of one command share a line, with the fields of all of them', () => {
    metrics.count('Commands', 1, { door: 'queue', action: 'create' });
    metrics.count('NotificationsCreated', 1, { door: 'queue', type: 'comment' });
    const [line, ...others] = flushed();
    expect(others).toEqual([]);
    expect(line?.fields).toMatchObject({ door: 'queue', action: 'create', type: 'comment', Commands: 1 });
    expect(line?.measured).toEqual([
      { name: 'Commands', unit: 'Count', values: [1], dimensions: [{}] },
      {
        name: 'NotificationsCreated',
        unit: 'Count',
        values: [1],
        dimensions: [{ door: 'queue' }, { type: 'comment' }],
      },
    ]);
  });

  it('are never in a line whose labels say something wrong about them', () => {
    metrics.count('NotificationsSuppressed', 1, { door: 'queue', type: 'comment' });
    metrics.count('NotificationsCreated', 1, { door: 'queue' });
    metrics.count('Commands', 1, { door: 'http', action: 'update' });
    expect(flushed().map(({ fields: { door, type, action } }) => [door, type, action])).toEqual([
      ['queue', 'comment', undefined],
      ['http', undefined, 'update'],
      ['queue', undefined, undefined],
    ]);
  });

  it('have each dimension alone, and the sum where there is one', () => {
    metrics.count('CommandsRefused', 1, { door: 'http', action: 'update', reason: 'not_found' });
    metrics.count('NotificationsGrouped', 1, { door: 'http', type: 'comment' });
    const dimensions = flushed().flatMap(({ measured }) => measured.map((each) => each.dimensions));
    expect(dimensions).toEqual([
      [{ action: 'update' }, { reason: 'not_found' }],
      [{}, { type: 'comment' }],
    ]);
  });

  it('fit into one line, all of them', () => {
    // The cast: the keys of the table are its own.
    for (const name of Object.keys(metricUnits) as MetricName[]) metrics.count(name);
    expect(flushed().map(({ measured }) => measured.length)).toEqual([Object.keys(metricUnits).length]);
  });
});
