import { parseBounds, parseSeen } from '../core/bounds.ts';
import { parseActivitiesQuery, parseFeedQuery, parseSince } from '../core/feed.ts';
import type { InboxReader } from '../core/inbox-reader.ts';
import { parseMarks } from '../core/marks.ts';
import type { NotificationService } from '../core/notification-service.ts';
import type { Policy } from '../core/policy.ts';
import type { Clock } from '../core/ports.ts';
import { parsePreferences } from '../core/preferences.ts';
import { parseSnooze } from '../core/snooze.ts';
import type { Action } from '../core/status.ts';
import { type HttpRequest, idOf } from './http-request.ts';
import type { ReadRouteKey, UpdateRouteKey } from './route-keys.ts';
import { ok, type RouteTable } from './serve.ts';

/** The routes that read an inbox. */
export function readRoutes({
  inbox,
  policy,
}: {
  inbox: InboxReader;
  policy: Policy;
}): RouteTable<ReadRouteKey> {
  return {
    'GET /notifications': ok(({ query }, { user_id }) =>
      inbox.list(user_id, parseFeedQuery(query, policy.scopes)),
    ),
    'GET /notifications/unread-count': ok((_, { user_id }) => inbox.unreadCount(user_id)),
    'GET /notifications/changes': ok(({ query }, { user_id }) => inbox.changes(user_id, parseSince(query))),
    'GET /notifications/{id}': ok((request, { user_id }) => inbox.get(user_id, idOf(request))),
    'GET /notifications/{id}/activities': ok((request, { user_id }) =>
      inbox.activities(user_id, idOf(request), parseActivitiesQuery(request.query)),
    ),
    'GET /preferences': ok((_, { user_id }) => inbox.preferences(user_id)),
  };
}

/** The routes that change an inbox. */
export function updateRoutes({
  service,
  policy,
  clock,
}: {
  service: NotificationService;
  policy: Policy;
  clock: Clock;
}): RouteTable<UpdateRouteKey> {
  const { scopes } = policy;
  const mark = (action: Action) => ok((request, { user_id }) => service.mark(user_id, idOf(request), action));

  return {
    'POST /notifications/{id}/read': mark('read'),
    'POST /notifications/{id}/unread': mark('unread'),
    'POST /notifications/{id}/archive': mark('archive'),
    'POST /notifications/{id}/unarchive': mark('unarchive'),
    'POST /notifications/{id}/snooze': ok((request, { user_id }) =>
      service.snooze(user_id, idOf(request), parseSnooze(request.body, clock())),
    ),
    'POST /notifications/{id}/unsnooze': ok((request, { user_id }) =>
      service.unsnooze(user_id, idOf(request)),
    ),
    'POST /notifications/{id}/actions/{action_id}': ok((request, { user_id }) =>
      service.press(user_id, idOf(request), buttonOf(request)),
    ),
    'DELETE /notifications/{id}/actions/{action_id}': ok((request, { user_id }) =>
      service.unpress(user_id, idOf(request), buttonOf(request)),
    ),
    'POST /notifications/mark': ok(({ body }, { user_id }) => service.markMany(user_id, parseMarks(body))),
    'POST /notifications/read-all': ok(({ body }, { user_id }) =>
      service.readAll(user_id, parseBounds(body, scopes)),
    ),
    'POST /notifications/archive-read': ok(({ body }, { user_id }) =>
      service.archiveRead(user_id, parseBounds(body, scopes)),
    ),
    'POST /notifications/seen': ok(({ body }, { user_id }) => service.seen(user_id, parseSeen(body, scopes))),
    'PUT /preferences': ok(({ body }, { user_id }) =>
      service.prefer(user_id, parsePreferences(body, policy)),
    ),
  };
}

const buttonOf = ({ path }: HttpRequest): string => path.action_id ?? '';
