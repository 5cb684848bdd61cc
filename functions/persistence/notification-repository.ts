import type { NotificationRepository } from '../core/ports.ts';
import { changes } from './changes.ts';
import { create } from './create.ts';
import type { Database } from './database.ts';
import { find, inbox } from './find.ts';
import { list } from './list.ts';
import { mark } from './mark.ts';
import { readAll } from './read-all.ts';

/** The inboxes in PostgreSQL. One round trip for each call, but for creates that repeat an idempotency key. */
export function createNotificationRepository(database: Database): NotificationRepository {
  return {
    create: (content, user_ids, idempotency_key) => create(database, content, user_ids, idempotency_key),
    list: (user_id, query) => list(database, user_id, query),
    inbox: (user_id) => inbox(database, user_id),
    changes: (user_id, since) => changes(database, user_id, since),
    find: (user_id, id) => find(database, user_id, id),
    mark: (user_id, id, action) => mark(database, user_id, id, action),
    readAll: (user_id, before_id) => readAll(database, user_id, before_id),
  };
}
