import type { RouteKey } from '../../functions/transport/route-keys.ts';
import { command } from './installation.ts';

/** A request to a route, without what says who asks. */
export interface RouteRequest {
  path: string;
  init: { method: string; body?: string };
}

/** What a route needs to be served beyond an id in its path. */
const needs: Partial<Record<RouteKey, (user: string, id: number) => { query?: string; body?: unknown }>> = {
  'GET /notifications/changes': () => ({ query: '?since=0' }),
  'POST /notifications': (user) => ({ body: command(user) }),
  'POST /notifications/{id}/snooze': () => ({
    body: { until: new Date(Date.now() + 3_600_000).toISOString() },
  }),
  'POST /notifications/mark': (_, id) => ({ body: { action: 'read', ids: [id] } }),
  'POST /notifications/seen': (_, id) => ({ body: { before_position: id } }),
  'PUT /preferences': () => ({ body: { types: { promo: false } } }),
};

/**
 * The request by which a route does its work: on the notification `id` and its action `accept`, on `schedule`, or on the
 * inbox of `user`.
 */
export function requestOf(
  route: RouteKey,
  { id, user, schedule = id }: { id: number; user: string; schedule?: number },
): RouteRequest {
  const [method = '', path = ''] = route.split(' ');
  const { query = '', body = undefined } = needs[route]?.(user, id) ?? {};
  return {
    path: `${path.replace('/scheduled/{id}', `/scheduled/${schedule}`).replace('{id}', String(id)).replace('{action_id}', 'accept')}${query}`,
    init: { method, ...(body !== undefined && { body: JSON.stringify(body) }) },
  };
}
