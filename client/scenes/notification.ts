import type { Notification } from '../src/index.ts';

const minuteMs = 60_000;

/** A notification of a minute per id before `now`: the higher the id, the newer. */
export function notification(id: number, fields: Partial<Notification> = {}, now = Date.now()): Notification {
  const created_at = new Date(now - (1_000 - id) * minuteMs).toISOString();
  return {
    id,
    position: id,
    user_id: '0b5e55ed-0000-4000-8000-000000000001',
    actor_id: null,
    title: `Title ${id}`,
    body: `Body ${id}`,
    metadata: {},
    channel: 'in_app',
    scope: null,
    actions: null,
    expires_at: null,
    status: 'unread',
    snoozed_until: null,
    group_key: null,
    group_count: 1,
    actor_ids: [],
    action_id: null,
    action_at: null,
    created_at,
    updated_at: created_at,
    version: id,
    ...fields,
  };
}
