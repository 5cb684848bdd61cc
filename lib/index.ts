/** The face of the package `belfry-cdk`: what another CDK app needs to embed Belfry. */

export type { TypeRule } from '@belfry/functions/policy';
export type { AlarmLevel } from './alarms.ts';
export type { DomainProps } from './api-stage.ts';
export type { DatabaseProps } from './create-database.ts';
export type { CreateGrant } from './create-grant.ts';
export type { ClaimValue, JwtAlgorithm, JwtIssuerProps, JwtProps, TokenRuleProps } from './jwt-props.ts';
export { Notifications } from './notifications.ts';
export type { NotificationsProps } from './notifications-props.ts';
export { NotificationsStack, type NotificationsStackProps, type VpcIds } from './notifications-stack.ts';
export type { ThrottlingProps } from './throttling.ts';
