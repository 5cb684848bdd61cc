export { createNotificationClient } from './client.ts';
export { NotificationError, type NotificationErrorCode } from './error.ts';
export type {
  ConnectionStatus,
  NotificationClient,
  NotificationClientOptions,
  NotificationEvents,
  NotificationFilter,
  NotificationSnapshot,
  TokenRequest,
} from './types.ts';
export type { FeedPage, Metadata, Notification, Status } from './wire.ts';
