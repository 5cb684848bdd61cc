import type { ErrorMessage, InfoMessage } from '../core/log-messages.ts';

/** What each error of the log means, in the order of docs/observability.md. */
export const errorMessages: Record<ErrorMessage, string> = {
  create_failed: 'A create by invocation, event or queue failed because of Belfry or its database.',
  request_failed: 'An HTTP request was answered 500 or 503. `route` says which one.',
  connect_failed: 'A socket was refused with 500 or 503.',
  delivery_failed: 'The gateway did not accept a frame. It is delivered again.',
  delivery_late: 'Frames were not tried, because those before them took too long.',
  connections_not_found: 'The connections of a user could not be read.',
  connection_not_forgotten: 'The row of a connection that has ended could not be deleted.',
  connection_not_closed: 'A connection that should end could not be closed.',
  redelivery_not_queued: 'A pending delivery could not be queued. The client finds the gap by the version.',
  redelivery_given_up: 'A pending delivery failed three times and is a dead letter.',
  pending_delivery_unreadable: 'An item of the deliveries table could not be read and is a dead letter.',
  dead_letter_lost: 'A dead letter could not be stored.',
  rate_not_counted: 'A create over HTTP was carried out without being counted.',
  token_keys_not_fetched: 'The keys of the issuer could not be fetched. `host` says of which one.',
  token_key_unusable:
    'A key of the issuer is weak, private or unreadable. `host` and `key_id` name it, `error` says why.',
  migration_failed: 'The database is not at the newest schema.',
  tick_failed: 'A step of the tick failed: `step` says which. The next tick, a minute later, does it again.',
  scheduled_failed:
    'A scheduled create failed because of Belfry. `id` says which. It is tried again after some minutes.',
  scheduled_refused:
    'A scheduled create was due, and the rules do not allow it any more, or it had expired. `id` says which, `reason` why. It is not sent.',
  events_not_published: 'The event bus did not take events. They are tried again.',
  event_given_up: 'The event bus refused an event for good, or for 23 hours. It is a dead letter.',
};

/** What each other entry of the log means. */
export const infoMessages: Record<InfoMessage, string> = {
  create_refused: 'A create by invocation, event or queue was invalid, forbidden or a conflict.',
  request_refused: 'An HTTP request was answered 4xx, with `status` and `code`.',
  retention_run: 'A run of retention has ended: `archived`, `deleted`, `inboxes`, `busy`, `is_complete`.',
  tick_run:
    'A tick that has looked into the database has ended: `archived`, `woken`, `skipped`, `sent`, `refused`, `events`, `is_complete`.',
  metrics: 'What the invocation has measured.',
};
