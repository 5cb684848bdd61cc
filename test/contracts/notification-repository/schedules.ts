import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CreateCommand } from '../../../functions/core/create-command.ts';
import { IdempotencyConflict } from '../../../functions/core/errors.ts';
import { contentOf } from '../../support/content.ts';
import type { Suite } from './suite.ts';

export function testSchedules(suite: Suite): void {
  const { inAnHour } = suite;
  const commandFor = (user_ids: string[], changes: Partial<CreateCommand> = {}): CreateCommand => ({
    ...contentOf({ metadata: { room: null } }),
    user_ids,
    is_batch: true,
    idempotency_key: null,
    ...changes,
  });
  const users = (count = 1) => Array.from({ length: count }, () => randomUUID());
  const schedule = (command: CreateCommand, at = inAnHour(), made_by: string | null = null) =>
    suite.under().schedules.schedule(command, at, made_by);
  const pass = (minutes: number) => suite.under().letTimePass(minutes * 60_000);
  const statusOf = async (id: number) => (await suite.under().schedules.findSchedule(id))?.status;

  /** Claims what is due until it finds this one. */
  async function claim(id: number) {
    const claimed = await suite.under().timers.claimScheduled();
    return claimed.find((one) => one.id === id);
  }

  describe('a schedule', () => {
    it('is kept as it was given', async () => {
      const at = inAnHour();
      const kept = await schedule(commandFor(users()), at, 'subject');
      expect(kept).toEqual({
        id: expect.any(Number),
        deliver_at: at,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        status: 'scheduled',
        made_by: 'subject',
      });
      expect(await suite.under().schedules.findSchedule(kept.id)).toEqual(kept);
    });

    it('is claimed at its time, once and not before, with its command', async () => {
      const command = commandFor(users(3), { idempotency_key: 'key' });
      const { id } = await schedule(command);
      await pass(59);
      expect(await claim(id)).toBeUndefined();
      await pass(2);
      expect(await claim(id)).toEqual({ id, command, expired_at: null });
      expect(await claim(id)).toBeUndefined();
      expect(await statusOf(id)).toBe('sending');
    });

    it('says when it has expired, unless a tick that has died may have sent it', async () => {
      const expires_at = new Date(suite.under().now() - 60_000).toISOString();
      const { id } = await schedule(commandFor(users(), { expires_at }), expires_at);
      expect(await claim(id)).toMatchObject({ id, expired_at: expires_at });
      await pass(6);
      expect(await claim(id)).toMatchObject({ id, expired_at: null });
    });

    it('is claimed again if nothing became of it', async () => {
      const { id } = await schedule(commandFor(users()));
      await pass(61);
      await claim(id);
      await pass(6);
      expect(await claim(id)).toMatchObject({ id });
    });

    it.each(['sent', 'refused'] as const)('that is %s is not claimed again', async (outcome) => {
      const { id } = await schedule(commandFor(users()));
      await pass(61);
      await claim(id);
      await suite.under().timers.settleScheduled(id, outcome);
      await pass(6);
      expect(await claim(id)).toBeUndefined();
      expect(await statusOf(id)).toBe(outcome);
    });

    it('with a key is kept once for the same recipients in any order', async () => {
      const [one = '', other = ''] = users(2);
      const at = inAnHour();
      const first = await schedule(commandFor([one, other], { idempotency_key: 'key' }), at);
      expect(await schedule(commandFor([other, one], { idempotency_key: 'key' }), at)).toEqual(first);
      const another = await schedule(commandFor([one], { idempotency_key: 'key' }), at);
      expect(another.id).not.toBe(first.id);
    });

    it('without a key is kept each time', async () => {
      const command = commandFor(users());
      const at = inAnHour();
      expect((await schedule(command, at)).id).not.toBe((await schedule(command, at)).id);
    });

    it.each<[string, Partial<CreateCommand>, number]>([
      ['content', { title: 'Other' }, 0],
      ['time', {}, 1],
    ])('with a key refuses another %s', async (_, changes, later) => {
      const user_ids = users();
      const at = inAnHour();
      const { id } = await schedule(commandFor(user_ids, { idempotency_key: 'key' }), at);
      const otherTime = new Date(Date.parse(at) + later).toISOString();
      const command = commandFor(user_ids, { idempotency_key: 'key', ...changes });
      await expect(schedule(command, otherTime)).rejects.toBeInstanceOf(IdempotencyConflict);
      expect(await statusOf(id)).toBe('scheduled');
    });
  });

  describe('to cancel a schedule', () => {
    const cancel = (id: number, made_by: string | null = null) => suite.under().schedules.cancel(id, made_by);

    it('calls it off, also twice, and its key still answers it', async () => {
      const command = commandFor(users(), { idempotency_key: 'key' });
      const at = inAnHour();
      const { id } = await schedule(command, at);
      expect(await cancel(id)).toBe('cancelled');
      expect(await cancel(id)).toBe('cancelled');
      expect(await schedule(command, at)).toMatchObject({ id, status: 'cancelled' });
      await pass(61);
      expect(await claim(id)).toBeUndefined();
    });

    it('is too late while it is being sent, and after', async () => {
      const { id } = await schedule(commandFor(users()));
      await pass(61);
      await claim(id);
      expect(await cancel(id)).toBe('too_late');
      // Also if the tick that has claimed it has died.
      await pass(6);
      expect(await cancel(id)).toBe('too_late');
      await suite.under().timers.settleScheduled(id, 'sent');
      expect(await cancel(id)).toBe('too_late');
    });

    it('finds that one which was refused is not sent', async () => {
      const { id } = await schedule(commandFor(users()));
      await pass(61);
      await claim(id);
      await suite.under().timers.settleScheduled(id, 'refused');
      expect(await cancel(id)).toBe('cancelled');
      expect(await statusOf(id)).toBe('refused');
    });

    it('does not find one of another subject, but may leave the subject out', async () => {
      const { id } = await schedule(commandFor(users()), inAnHour(), 'subject');
      const { id: own } = await schedule(commandFor(users()));
      expect(await cancel(id, 'another')).toBeUndefined();
      expect(await cancel(own, 'another')).toBeUndefined();
      expect(await statusOf(id)).toBe('scheduled');
      expect(await cancel(id, 'subject')).toBe('cancelled');
      expect(await cancel(own)).toBe('cancelled');
    });

    it('does not find one that there is not', async () => {
      expect(await cancel(Number.MAX_SAFE_INTEGER)).toBeUndefined();
      expect(await suite.under().schedules.findSchedule(Number.MAX_SAFE_INTEGER)).toBeUndefined();
    });
  });
}
