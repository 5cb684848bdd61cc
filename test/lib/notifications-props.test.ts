import { Lazy } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { isOriginAllowed } from '../../functions/core/connection.ts';
import { checkOrigins, checkProps } from '../../lib/notifications-props.ts';
import { emptyStack } from './template.ts';

describe('the origins that may be allowed', () => {
  it.each([
    'https://app.example.com',
    'http://localhost:3000',
    'https://app.example.com:8443',
    'http://[::1]:4000',
  ])('have %s, by which just the pages of that origin are let in', (origin) => {
    expect(() => checkOrigins([origin])).not.toThrow();
    expect(isOriginAllowed(new URL(`${origin}/page?query#part`).origin, [origin])).toBe(true);
  });

  it.each(['*', 'https://*', 'http://*', 'http://localhost:*'])('have %s', (origin) => {
    expect(() => checkOrigins([origin])).not.toThrow();
  });

  it('have what is known at the deployment only', () => {
    expect(() => checkOrigins([`https://${Lazy.string({ produce: () => 'x' })}`])).not.toThrow();
  });

  it.each([
    'app.example.com',
    'https://app.example.com/',
    'https://app.example.com/inbox',
    'https://*.example.com',
    'https://App.example.com',
    'https://app.example.com:443',
    'https://user@app.example.com',
    'ftp://app.example.com',
    'null',
    '',
  ])('have no %j, and the error says so', (origin) => {
    expect(() => checkOrigins(['https://a.example.com', origin])).toThrow(
      `allowedOrigins holds ${JSON.stringify(origin)}, which is no origin.`,
    );
  });
});

describe('A topic for alarms', () => {
  const alarmTopic = () =>
    Topic.fromTopicArn(emptyStack(), 'Topic', 'arn:aws:sns:eu-central-1:111122223333:alarms');

  it('cannot be without alarms', () => {
    expect(() => checkProps({ alarms: 'none', alarmTopic: alarmTopic() })).toThrow(
      "There is an alarm topic, but alarms is 'none'. Leave one of the two out.",
    );
  });

  it.each(['all', 'essential', undefined] as const)('fits %s alarms', (alarms) => {
    expect(() => checkProps({ ...(alarms && { alarms }), alarmTopic: alarmTopic() })).not.toThrow();
  });
});
