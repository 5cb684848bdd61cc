import { App } from 'aws-cdk-lib';
import { NotificationsStack } from '../lib/notifications-stack.ts';
import { parseRestrictedTypes } from '../lib/restricted-types.ts';
import type { JwtAlgorithm, JwtProps } from '../lib/token-settings.ts';

const app = new App();

/** A context value, as `cdk deploy -c name=value` gives it; empty where it is not given. */
function textOf(name: string): string {
  const value: unknown = app.node.tryGetContext(name) ?? '';
  if (typeof value === 'string') return value.trim();
  throw new Error(`The context value ${name} must be text; it is ${typeof value}.`);
}

/** A context value that is a list of words separated by commas. */
function listOf(name: string): string[] {
  return textOf(name)
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

/** The settings of tokens that are given; the construct checks them. */
function jwtProps(): JwtProps {
  const algorithms = listOf('jwtAlgorithms');
  const [jwksUrl, userIdClaim, userIdNamespace] = ['jwtJwksUrl', 'jwtUserIdClaim', 'jwtUserIdNamespace'].map(
    textOf,
  );
  return {
    issuers: listOf('jwtIssuers'),
    audiences: listOf('jwtAudiences'),
    ...(jwksUrl && { jwksUrl }),
    // The cast: the construct names an algorithm that it does not know.
    ...(algorithms.length > 0 && { algorithms: algorithms as JwtAlgorithm[] }),
    ...(userIdClaim && { userIdClaim }),
    ...(userIdNamespace && { userIdNamespace }),
  };
}

/** A context value that is a whole number, as `cdk deploy -c name=10` gives it; undefined where it is absent. */
function numberOf(name: string, otherwise = ''): number | undefined {
  const value: unknown = app.node.tryGetContext(name);
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(String(value))) return Number(value);
  throw new Error(
    `The context value ${name} must be a whole number${otherwise}; it is ${JSON.stringify(value)}.`,
  );
}

/** A context value that is an age in days, or `false` for never; undefined where it is absent. */
function daysOf(name: string): number | false | undefined {
  return String(app.node.tryGetContext(name)) === 'false' ? false : numberOf(name, ' or false for never');
}

const connectionLimit = numberOf('connectionLimit');

new NotificationsStack(app, 'Belfry', {
  description: 'Belfry: in-app notifications',
  allowedOrigins: listOf('allowedOrigins'),
  jwt: jwtProps(),
  restrictedTypes: parseRestrictedTypes(textOf('restrictedTypes') || '{}'),
  measuredTypes: listOf('measuredTypes'),
  rateLimits: { createsPerMinute: Number(textOf('createsPerMinute') || 600) },
  retention: { archiveAfterDays: daysOf('archiveAfterDays'), deleteAfterDays: daysOf('deleteAfterDays') },
  ...(connectionLimit !== undefined && { connectionLimit }),
});
