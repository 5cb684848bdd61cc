import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IdempotencyConflict } from '../../../functions/core/errors.ts';
import type { CreateContent } from '../../../functions/core/notification-repository.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { type Suite, stateOf } from './suite.ts';

export function testKeys(suite: Suite): void {
  const { createOne } = suite;

  describe('an idempotency key', () => {
    it('that is repeated answers the first notification and changes nothing', async () => {
      const user_id = randomUUID();
      const metadata = { type: 'build', count: 1 };
      const first = await createOne(user_id, { metadata }, 'key');
      // The same content, its keys in another order.
      const again = await createOne(user_id, { metadata: { count: 1, type: 'build' } }, 'key');
      expect(again).toEqual({
        notification: first.notification,
        created: false,
        grouped: false,
        inbox: { ...stateOf(user_id, 1, 1), burst_count: 0 },
      });
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 1, 1));
    });

    it.each([
      ['-0', '0'],
      ['1.0', '1'],
      ['1E2', '100'],
      ['1e-7', '0.0000001'],
      ['0.1234567890123456789', '0.12345678901234568'],
      ['9007199254740991', '9007199254740991.0'],
    ])('takes %s and %s for the same number', async (first, second) => {
      const user_id = randomUUID();
      const metadataOf = (number: string) => ({ metadata: JSON.parse(`{ "number": ${number} }`) });
      await createOne(user_id, metadataOf(first), 'key');
      const again = await createOne(user_id, metadataOf(second), 'key');
      expect(again).toMatchObject({
        created: false,
        notification: { metadata: { number: Number(second) } },
      });
    });

    it('takes two numbers that differ for different content, however little they differ', async () => {
      const pairs = [
        [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1],
        [0.1, 0.1 + 2 ** -56],
        [Number.MIN_VALUE, 0],
      ];
      for (const [number, other] of pairs) {
        const user_id = randomUUID();
        await createOne(user_id, { metadata: { number } }, 'key');
        await expect(createOne(user_id, { metadata: { number: other } }, 'key')).rejects.toBeInstanceOf(
          IdempotencyConflict,
        );
      }
    });

    it('answers a repeated key with the row and the inbox as they are by now', async () => {
      const user_id = randomUUID();
      const { notification } = await createOne(user_id, {}, 'key');
      await suite.repository.mark(user_id, notification.id, 'read');
      await createOne(user_id);
      const again = await createOne(user_id, {}, 'key');
      expect(again.notification).toMatchObject({ id: notification.id, status: 'read', version: 2 });
      expect(again.inbox).toMatchObject(stateOf(user_id, 3, 1));
    });

    it('means the command as it was given, whatever scope the settings add', async () => {
      const user_id = randomUUID();
      const first = await createOne(user_id, {}, 'key');
      const again = await createOne(user_id, {}, 'key', ruleOf({ scope: 'organizer' }));
      expect(again).toMatchObject({ created: false, notification: first.notification });
    });

    it('keeps the keys of different users apart', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      await createOne(one, { title: 'For one' }, 'key');
      expect(await createOne(other, { title: 'For the other' }, 'key')).toMatchObject({ created: true });
    });

    it.each<[string, Partial<CreateContent>]>([
      ['actor', { actor_id: '11111111-1111-4111-8111-111111111111' }],
      ['title', { title: 'Build failed' }],
      ['body', { body: 'One check is red.' }],
      ['metadata', { metadata: { type: 'build' } }],
      ['channel', { channel: 'email' }],
      ['scope', { scope: 'organizer' }],
    ])('refuses a repeated key with another %s', async (_, changes) => {
      const user_id = randomUUID();
      await createOne(user_id, {}, 'key');
      await expect(createOne(user_id, changes, 'key')).rejects.toBeInstanceOf(IdempotencyConflict);
      expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 1, 1));
    });

    it('creates for the recipients of a batch that do not have the key yet', async () => {
      const user_ids = Array.from({ length: 6 }, () => randomUUID());
      const first = await suite.repository.create(contentOf(), ruleOf(), user_ids.slice(2, 4), 'key');
      const second = await suite.repository.create(contentOf(), ruleOf(), user_ids, 'key');
      expect(second.map(({ created }) => created)).toEqual([true, true, false, false, true, true]);
      expect(second.slice(2, 4).map(({ notification }) => notification)).toEqual(
        first.map(({ notification }) => notification),
      );
      for (const user_id of user_ids) {
        expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 1, 1));
      }
    });

    it('writes nothing for any recipient if one of them has the key with other content', async () => {
      const user_ids = Array.from({ length: 4 }, () => randomUUID());
      const [, known = ''] = user_ids;
      await createOne(known, { title: 'Other' }, 'key');
      await expect(suite.repository.create(contentOf(), ruleOf(), user_ids, 'key')).rejects.toBeInstanceOf(
        IdempotencyConflict,
      );
      for (const user_id of user_ids.filter((one) => one !== known)) {
        expect(await suite.repository.inbox(user_id)).toEqual(stateOf(user_id, 0, 0));
      }
    });
  });
}
