import { describe, expect, it } from 'vitest';
import { afterLook, type DueTime, isTimeToLook, requestLifeMs } from '../../functions/core/due-time.ts';
import { Forgotten, type Rules, rules, tryEveryOrder } from './due-time-steps.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** Before the daily look of this day. */
const now = Date.UTC(2026, 0, 1, 12);

describe('The tick looks into the database', () => {
  it.each<[string, DueTime]>([
    ['if there is no item', {}],
    ['if a writer has made the item, which does not know what was there before', { due_at: now + hour }],
    ['when something is due', { due_at: now, looked_at: now - hour }],
    ['when it must look once more', { due_at: now + hour, look_at: now, looked_at: now - minute }],
    ['once a day', { looked_at: Date.UTC(2026, 0, 1, 3, 17, 59) }],
  ])('%s', (_, item) => expect(isTimeToLook(item, now)).toBe(true));

  it.each<[string, DueTime]>([
    ['if nothing is due', { looked_at: now - hour }],
    ['before it is', { due_at: now + 1, look_at: now + 1, looked_at: now - hour }],
  ])('not %s', (_, item) => expect(isTimeToLook(item, now)).toBe(false));

  it('once a day, a minute after retention has woken the database', () => {
    const item = { looked_at: Date.UTC(2026, 0, 1, 3, 18) };
    expect(isTimeToLook(item, Date.UTC(2026, 0, 2, 3, 17, 59))).toBe(false);
    expect(isTimeToLook(item, Date.UTC(2026, 0, 2, 3, 18))).toBe(true);
  });
});

describe('After a look, the item', () => {
  const read = { due_at: now, looked_at: now - minute };
  const look = { startedAt: now, now: now + second };

  it('says what is due next, and that the tick must look once more when every request of now is over', () => {
    expect(afterLook(read, { ...look, next_due: now + hour })).toEqual({
      due_at: now + hour,
      look_at: now + second + requestLifeMs,
      looked_at: now + second,
    });
  });

  it('says no time if nothing is due', () => {
    expect(afterLook(read, { ...look, next_due: null })).not.toHaveProperty('due_at');
  });

  it('says nothing of another look if the time has not moved later', () => {
    const next = { due_at: now - minute, looked_at: now + second };
    expect(afterLook(read, { ...look, next_due: now - minute })).toEqual(next);
    const looked = { ...read, look_at: now };
    expect(afterLook(looked, { ...look, next_due: now - minute })).toEqual(next);
  });

  it('keeps another look that was still to come when it was read', () => {
    const waiting = { due_at: now + hour, look_at: now + 1, looked_at: now - minute };
    expect(afterLook(waiting, { ...look, next_due: now + hour })).toMatchObject({ look_at: now + 1 });
  });

  it('differs from every one before, even if the clock has been set back', () => {
    const ahead = { looked_at: now + hour };
    expect(afterLook(ahead, { ...look, next_due: null }).looked_at).toBe(now + hour + 1);
  });
});

describe('In every order of the steps of two writers and two ticks', () => {
  const pairs = [
    [0, 0],
    [0, 30 * second],
    [90 * second, 10 * minute],
  ];

  it.each(pairs)('nothing is forgotten that is due after %i and %i ms', (...delaysMs) => {
    expect(tryEveryOrder({ delaysMs })).toBeGreaterThan(10_000);
  });

  it('nothing is forgotten that was in the database before the item', () => {
    expect(tryEveryOrder({ delaysMs: [10 * minute], item: {}, inDatabase: [30 * second] })).toBeGreaterThan(
      1_000,
    );
  });

  it.each<[string, Partial<Rules>, Partial<Parameters<typeof tryEveryOrder>[0]>]>([
    [
      'the tick looked only once',
      { afterLook: (...look) => without('look_at', rules.afterLook(...look)) },
      {},
    ],
    ['the tick replaced whatever is there', { mayReplace: () => true }, {}],
    [
      'it replaced what another tick has written',
      { mayReplace: (read, item) => read.due_at === item.due_at },
      {},
    ],
    [
      'a look that is still to come were dropped',
      { afterLook: ({ look_at: _, ...read }, look) => rules.afterLook(read, look) },
      {},
    ],
    [
      'the clock were read after the look',
      { afterLook: (read, look) => rules.afterLook(read, { ...look, startedAt: look.now }) },
      {},
    ],
    ['writers wrote first', { isSureFirst: false }, {}],
    [
      'an item that a writer has made counted for all',
      { isTimeToLook: (item, time) => rules.isTimeToLook({ looked_at: time, ...item }, time) },
      { item: {}, inDatabase: [30 * second] },
    ],
  ])('something would be forgotten if %s', (_, changed, start) => {
    const tryAll = () => {
      for (const delaysMs of pairs) tryEveryOrder({ delaysMs, ...start, with: changed });
    };
    expect(tryAll).toThrow(Forgotten);
  });
});

function without<Field extends keyof DueTime>(field: Field, { [field]: _, ...item }: DueTime): DueTime {
  return item;
}
