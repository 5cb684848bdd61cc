export { createNotificationClient } from './client.ts';
export type { Environment, PageEvent } from './environment.ts';
export { NotificationError, type NotificationErrorCode } from './error.ts';
export type {
  ConnectionStatus,
  NotificationClient,
  NotificationClientOptions,
  NotificationEvents,
  NotificationFilter,
  NotificationSnapshot,
  RowChange,
  TokenRequest,
} from './types.ts';
export type {
  Action,
  Button,
  FeedPage,
  Metadata,
  Notification,
  Preferences,
  Status,
} from './wire.ts';
