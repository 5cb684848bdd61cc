/** The face of the package `belfry-cdk`: what another CDK app needs to embed Belfry. */
export { Notifications, type NotificationsProps } from './notifications.ts';
export { NotificationsStack, type NotificationsStackProps } from './notifications-stack.ts';
