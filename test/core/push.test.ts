import { describe, expect, it } from 'vitest';
import type { InboxFrame } from '../../functions/core/frames.ts';
import { mostScopes } from '../../functions/core/policy.ts';
import { inboxChanged, withinBurst } from '../../functions/core/push.ts';
import { createInMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingPublisher } from '../fakes/recording-publisher.ts';
import { ruleOf } from '../support/content.ts';
import { inboxState } from '../support/inbox-state.ts';
import { policyOf } from '../support/policy.ts';
import { createOf, servicesOver } from '../support/services.ts';

const user_id = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const state = {
  ...inboxState(user_id, 44, 3, 1),
  scopes: { attendee: { unread_count: 2, unseen_count: 1 } },
};
const readAll: InboxFrame = { type: 'inbox.read_all', ...state, before_position: 981 };

describe('A frame', () => {
  it('is sent in full up to the 20th change within a second', () => {
    expect(withinBurst(readAll, 1)).toBe(readAll);
    expect(withinBurst(readAll, 20)).toBe(readAll);
  });

  it('is the small inbox.changed from the 21st on', () => {
    expect(withinBurst(readAll, 21)).toEqual({ type: 'inbox.changed', ...state });
  });

  it('says nothing but the state of the inbox when it has changed', () => {
    expect(inboxChanged(readAll)).toEqual({ type: 'inbox.changed', ...state });
  });

  it.each([
    ['4-byte characters', '😀'],
    ['characters that JSON escapes', '"'],
    ['line breaks', '\n'],
  ])('of the largest notification stays under the gateway’s 32 KB: %s', async (_, character) => {
    const scopes = Array.from({ length: mostScopes }, (_, n) => `scope${n}`.padEnd(32, 'x'));
    const publisher = createRecordingPublisher();
    const { commands } = servicesOver(
      createInMemoryRepository(() => 0, { scopes }),
      { publisher, policy: policyOf({ scopes }), clock: () => 0 },
    );
    const command = {
      user_id,
      actor_id: user_id,
      title: `t${character.repeat(254)}`,
      body: character.repeat(4_000),
      metadata: { note: 'x'.repeat(4_096 - '{"note":""}'.length) },
      channel: character.repeat(20),
      scope: scopes[0],
      group: { key: character === '\n' ? 'x' : character.repeat(255) },
      expires_at: '2026-12-31T18:00:00Z',
      actions: [
        { id: 'x'.repeat(64), label: `l${character.repeat(39)}`, route: `/${'x'.repeat(1_200)}` },
        { id: 'y'.repeat(64), label: `l${character.repeat(39)}` },
        { id: 'z'.repeat(64), label: `l${character.repeat(39)}` },
      ],
    };
    const rule = ruleOf({ scope: scopes[0] ?? null });
    // As many actors as it keeps.
    for (let n = 0; n < 6; n += 1) {
      await commands.create(
        createOf({ ...command, actor_id: user_id.replace(/.$/, String(n)) }),
        rule,
        'invoke',
      );
    }
    const bytes = Buffer.byteLength(JSON.stringify(publisher.pushes.at(-1)?.frame));
    expect(bytes).toBeLessThan(32_000);
  });
});
