/**
 * Every route of the HTTP API, by the function that serves it. The stack makes its routes from these lists and the
 * route tables must have the same keys, so that no route is without a handler and no handler without a route.
 */
export const routeKeys = {
  read: [
    'GET /notifications',
    'GET /notifications/unread-count',
    'GET /notifications/changes',
    'GET /notifications/{id}',
    'GET /notifications/{id}/activities',
    'GET /preferences',
  ],
  update: [
    'POST /notifications/{id}/read',
    'POST /notifications/{id}/unread',
    'POST /notifications/{id}/archive',
    'POST /notifications/{id}/unarchive',
    'POST /notifications/{id}/snooze',
    'POST /notifications/{id}/unsnooze',
    'POST /notifications/{id}/actions/{action_id}',
    'DELETE /notifications/{id}/actions/{action_id}',
    'POST /notifications/mark',
    'POST /notifications/read-all',
    'POST /notifications/archive-read',
    'POST /notifications/seen',
    'PUT /preferences',
  ],
  create: ['POST /notifications', 'GET /scheduled/{id}', 'DELETE /scheduled/{id}'],
} as const;

export type ReadRouteKey = (typeof routeKeys.read)[number];
export type UpdateRouteKey = (typeof routeKeys.update)[number];
export type CreateRouteKey = (typeof routeKeys.create)[number];
export type RouteKey = ReadRouteKey | UpdateRouteKey | CreateRouteKey;
