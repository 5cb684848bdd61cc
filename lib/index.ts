/** The face of the package `belfry-cdk`: what another CDK app needs to embed Belfry. */

export type { DomainProps } from './api-stage.ts';
export type { DatabaseProps } from './create-database.ts';
export { Notifications } from './notifications.ts';
export type { NotificationsProps } from './notifications-props.ts';
export { NotificationsStack, type NotificationsStackProps } from './notifications-stack.ts';
export type { JwtAlgorithm, JwtProps } from './token-settings.ts';
