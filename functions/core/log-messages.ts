/*
 * The message of every log entry. Alarms and saved queries name them, so that one is renamed only with a line in the
 * CHANGELOG. What each one means is in functions/documents/log-messages.ts.
 */

export type ErrorMessage =
  | 'create_failed'
  | 'request_failed'
  | 'connect_failed'
  | 'delivery_failed'
  | 'delivery_late'
  | 'connections_not_found'
  | 'connection_not_forgotten'
  | 'connection_not_closed'
  | 'redelivery_not_queued'
  | 'redelivery_given_up'
  | 'pending_delivery_unreadable'
  | 'dead_letter_lost'
  | 'rate_not_counted'
  | 'token_keys_not_fetched'
  | 'token_key_unusable'
  | 'migration_failed'
  | 'tick_failed'
  | 'scheduled_failed'
  | 'scheduled_refused'
  | 'events_not_published'
  | 'event_given_up';

export type InfoMessage = 'create_refused' | 'request_refused' | 'retention_run' | 'tick_run' | 'metrics';
