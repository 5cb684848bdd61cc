import { App } from 'aws-cdk-lib';
import { NotificationsStack } from '../lib/notifications-stack.ts';
import { parseRestrictedTypes } from '../lib/restricted-types.ts';

const app = new App();

/** A context value as text, as `cdk deploy -c name=text` gives it; empty where it is left out. */
function textOf(name: string): string {
  const value: unknown = app.node.tryGetContext(name) ?? '';
  if (typeof value === 'string') return value;
  throw new Error(`The context value ${name} must be text; it is ${typeof value}.`);
}

/** A context value that is a list of words separated by commas. */
function listOf(name: string): string[] {
  return textOf(name)
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

new NotificationsStack(app, 'Belfry', {
  description: 'Belfry: in-app notifications',
  allowedOrigins: listOf('allowedOrigins'),
  jwt: { issuers: listOf('jwtIssuers'), audiences: listOf('jwtAudiences') },
  restrictedTypes: parseRestrictedTypes(textOf('restrictedTypes') || '{}'),
  rateLimits: { createsPerMinute: Number(textOf('createsPerMinute') || 600) },
});
