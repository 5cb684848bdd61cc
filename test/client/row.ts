import { notification } from '../../client/scenes/notification.ts';
import type { InboxState, Notification } from '../../client/src/wire.ts';

export const user_id = '0b5e55ed-0000-4000-8000-000000000001';

const created = '2026-01-01T00:00:00.000Z';
const later = '2026-01-01T00:00:05.000Z';

/** A row as of a version; one that has changed since it was created has an id below its version here. */
export function rowOf(id: number, version = id, changes: Partial<Notification> = {}): Notification {
  const updated_at = version === id ? created : later;
  const times = { created_at: created, updated_at, version };
  return notification(id, { user_id, title: `Number ${id}`, body: '', ...times, ...changes });
}

/** An inbox without scopes, in which everything unread is unseen. */
export const stateAt = (version: number, unread_count: number): InboxState => ({
  user_id,
  version,
  unread_count,
  unseen_count: unread_count,
  scopes: {},
});
