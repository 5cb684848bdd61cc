import { Lazy } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { isOriginAllowed } from '../../functions/core/connection.ts';
import { checkOrigins } from '../../lib/notifications-props.ts';

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
