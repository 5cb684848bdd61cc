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
  TokenRequest,
} from './types.ts';
export type { FeedPage, Metadata, Notification, Status } from './wire.ts';
