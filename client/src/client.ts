import type { NotificationClient, NotificationClientOptions } from './types.ts';

export function createNotificationClient(options: NotificationClientOptions): NotificationClient {
  throw new Error(`There is no client for ${options.apiUrl} yet.`);
}
