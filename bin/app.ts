import { App } from 'aws-cdk-lib';
import { NotificationsStack } from '../lib/notifications-stack.ts';

const app = new App();

/** A context value that is a list of words separated by commas, as `cdk deploy -c name=a,b` gives it. */
function listOf(name: string): string[] {
  const value: unknown = app.node.tryGetContext(name) ?? '';
  if (typeof value !== 'string') {
    throw new Error(
      `The context value ${name} must be text, words separated by commas; it is ${typeof value}.`,
    );
  }
  return value
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

/** A context value that is a whole number, as `cdk deploy -c name=10` gives it; undefined where it is absent. */
function numberOf(name: string): number | undefined {
  const value: unknown = app.node.tryGetContext(name);
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(String(value))) return Number(value);
  throw new Error(`The context value ${name} must be a whole number; it is ${JSON.stringify(value)}.`);
}

const connectionLimit = numberOf('connectionLimit');

new NotificationsStack(app, 'Belfry', {
  description: 'Belfry: in-app notifications',
  allowedOrigins: listOf('allowedOrigins'),
  jwt: { issuers: listOf('jwtIssuers'), audiences: listOf('jwtAudiences') },
  ...(connectionLimit !== undefined && { connectionLimit }),
});
