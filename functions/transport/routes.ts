import * as z from 'zod/mini';
import { ValidationError } from '../core/errors.ts';
import { parseFeedQuery, parseSince } from '../core/feed.ts';
import { notificationId } from '../core/fields.ts';
import type { InboxReader } from '../core/inbox-reader.ts';
import type { NotificationService } from '../core/notification-service.ts';
import { parse } from '../core/parse.ts';
import type { Action } from '../core/status.ts';
import type { HttpRequest } from './http-request.ts';
import type { ReadRouteKey, UpdateRouteKey } from './route-keys.ts';
import { ok, type RouteTable } from './serve.ts';

/** The routes that read an inbox. */
export function readRoutes(inbox: InboxReader): RouteTable<ReadRouteKey> {
  return {
    'GET /notifications': ok(({ query }, { user_id }) => inbox.list(user_id, parseFeedQuery(query))),
    'GET /notifications/unread-count': ok((_, { user_id }) => inbox.unreadCount(user_id)),
    'GET /notifications/changes': ok(({ query }, { user_id }) => inbox.changes(user_id, parseSince(query))),
    'GET /notifications/{id}': ok((request, { user_id }) => inbox.get(user_id, idOf(request))),
  };
}

/** The routes that change an inbox. */
export function updateRoutes(service: NotificationService): RouteTable<UpdateRouteKey> {
  const mark = (action: Action) => ok((request, { user_id }) => service.mark(user_id, idOf(request), action));

  return {
    'POST /notifications/{id}/read': mark('read'),
    'POST /notifications/{id}/unread': mark('unread'),
    'POST /notifications/{id}/archive': mark('archive'),
    'POST /notifications/{id}/unarchive': mark('unarchive'),
    'POST /notifications/read-all': ok(({ body }, { user_id }) =>
      service.readAll(user_id, parse(readAllSchema, body ?? {}).before_id ?? null),
    ),
  };
}

/** The body of a read-all that is not empty. */
export const readAllSchema = z.strictObject(
  { before_id: z.optional(notificationId) },
  { error: 'The body must be empty or a JSON object' },
);

function idOf({ path }: HttpRequest): number {
  const id = /^[1-9]\d{0,15}$/.test(path.id ?? '') ? Number(path.id) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new ValidationError([{ path: 'id', message: 'must be a positive integer' }]);
}
