import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IdempotencyConflict } from '../../../functions/core/errors.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { type Suite, stateOf } from './suite.ts';

const promo = ruleOf({ optional: { type: 'promo', isDefaultOn: true } });
const digest = ruleOf({ optional: { type: 'digest', isDefaultOn: false } });

export function testPreferences(suite: Suite): void {
  const create = (user_ids: string[], rule = promo, key: string | null = null) =>
    suite.repository.create(contentOf({ metadata: { type: 'promo' } }), rule, user_ids, key);
  const sorted = async (user_id: string) => {
    const { off, on } = await suite.repository.choices(user_id);
    return { off: off.toSorted(), on: on.toSorted() };
  };

  describe('choices', () => {
    it('are none in the beginning, and make no inbox', async () => {
      const user_id = randomUUID();
      expect(await suite.repository.choices(user_id)).toEqual({ off: [], on: [] });
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 0, 0));
    });

    it('are those of the last time for each type, and raise no version', async () => {
      const user_id = randomUUID();
      await suite.repository.choose(user_id, { off: ['promo', 'news'], on: ['digest'] });
      const all = await suite.repository.choose(user_id, { off: ['digest', 'promo'], on: ['news'] });
      expect({ off: all.off.toSorted(), on: all.on.toSorted() }).toEqual({
        off: ['digest', 'promo'],
        on: ['news'],
      });
      expect(await sorted(user_id)).toEqual({ off: ['digest', 'promo'], on: ['news'] });
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 0, 0));
    });

    it('are those of one user alone', async () => {
      await suite.repository.choose(randomUUID(), { off: ['promo'], on: [] });
      expect(await suite.repository.choices(randomUUID())).toEqual({ off: [], on: [] });
    });
  });

  describe('a create of a type that the user has switched off', () => {
    it('leaves nothing', async () => {
      const user_id = randomUUID();
      await suite.createOne(user_id, { scope: 'admin' });
      await suite.repository.choose(user_id, { off: ['promo'], on: [] });
      expect(await create([user_id], promo, 'key')).toEqual([
        {
          notification: null,
          created: false,
          grouped: false,
          inbox: { ...stateOf(user_id, 1, 1, 1, { admin: [1, 1] }), burst_count: 0 },
        },
      ]);
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 1, 1, 1, { admin: [1, 1] }));
      expect((await suite.repository.list(user_id, suite.page())).notifications).toHaveLength(1);
    });

    it('leaves no key, so the same command may create later', async () => {
      const user_id = randomUUID();
      await suite.repository.choose(user_id, { off: ['promo'], on: [] });
      await create([user_id], promo, 'key');
      await suite.repository.choose(user_id, { off: [], on: ['promo'] });
      expect(await create([user_id], promo, 'key')).toMatchObject([{ created: true }]);
    });

    it('answers the notification of a repeated key nevertheless', async () => {
      const user_id = randomUUID();
      const [first] = await create([user_id], promo, 'key');
      await suite.repository.choose(user_id, { off: ['promo'], on: [] });
      expect(await create([user_id], promo, 'key')).toMatchObject([
        { created: false, notification: first?.notification },
      ]);
    });

    it('is refused if the key is that of another command', async () => {
      const user_id = randomUUID();
      await suite.createOne(user_id, {}, 'key');
      await suite.repository.choose(user_id, { off: ['promo'], on: [] });
      await expect(create([user_id], promo, 'key')).rejects.toBeInstanceOf(IdempotencyConflict);
    });

    it('is a create for the other recipients of a batch', async () => {
      const [off, on, fresh] = [randomUUID(), randomUUID(), randomUUID()];
      await suite.repository.choose(off, { off: ['promo'], on: [] });
      await suite.repository.choose(on, { off: ['news'], on: ['promo'] });
      const stored = await create([fresh, off, on]);
      expect(stored.map(({ created }) => created)).toEqual([true, false, true]);
      expect(stored[1]).toEqual({
        notification: null,
        created: false,
        grouped: false,
        inbox: { ...stateOf(off, 0, 0), burst_count: 0 },
      });
    });

    it('is a create if no recipient can switch it off', async () => {
      const user_id = randomUUID();
      await suite.repository.choose(user_id, { off: ['promo'], on: [] });
      expect(await create([user_id], ruleOf())).toMatchObject([{ created: true }]);
    });
  });

  describe('a create of a type that is off by default', () => {
    it('reaches only those who have switched it on', async () => {
      const [on, off, undecided] = [randomUUID(), randomUUID(), randomUUID()];
      await suite.repository.choose(on, { off: [], on: ['digest'] });
      await suite.repository.choose(off, { off: ['digest'], on: [] });
      const stored = await create([undecided, off, on], digest);
      expect(stored.map(({ created }) => created)).toEqual([false, false, true]);
      expect(stored.map(({ inbox }) => inbox)).toEqual([
        { ...stateOf(undecided, 0, 0), burst_count: 0 },
        { ...stateOf(off, 0, 0), burst_count: 0 },
        { ...stateOf(on, 1, 1), burst_count: 1 },
      ]);
      for (const user_id of [undecided, off])
        expect(await create([user_id], digest)).toMatchObject([{ notification: null }]);
    });
  });
}
