/** The face of the package `belfry-cdk`: what another CDK app needs to embed Belfry. */
export { Notifications } from './notifications.ts';
export type { NotificationsProps } from './notifications-props.ts';
export { NotificationsStack, type NotificationsStackProps } from './notifications-stack.ts';
