import { describe, expect, it } from 'vitest';
import { parseCreateCommand } from '../../functions/core/create-command.ts';
import type { InboxFrame } from '../../functions/core/frames.ts';
import { createNotificationService } from '../../functions/core/notification-service.ts';
import { mostScopes } from '../../functions/core/policy.ts';
import { inboxChanged, withinBurst } from '../../functions/core/push.ts';
import { createInMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { createRecordingPublisher } from '../fakes/recording-publisher.ts';
import { ruleOf } from '../support/content.ts';
import { inboxState } from '../support/inbox-state.ts';
import { policyOf } from '../support/policy.ts';

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
    const service = createNotificationService({
      repository: createInMemoryRepository(() => 0, { scopes }),
      publisher,
      policy: policyOf({ scopes }),
      metrics: createRecordingMetrics(),
      clock: () => 0,
    });
    const command = {
      user_id,
      actor_id: user_id,
      title: `t${character.repeat(254)}`,
      body: character.repeat(4_000),
      metadata: { note: 'x'.repeat(4_096 - '{"note":""}'.length) },
      channel: character.repeat(20),
      scope: scopes[0],
    };
    await service.create(parseCreateCommand(command, null), ruleOf({ scope: scopes[0] ?? null }), 'invoke');
    const bytes = Buffer.byteLength(JSON.stringify(publisher.pushes[0]?.frame));
    expect(bytes).toBeLessThan(32_000);
  });
});
