import { describe, expect, it } from 'vitest';
import { connectionExpiry, isOriginAllowed } from '../../functions/core/connection.ts';

const minutes = (count: number) => count * 60_000;
const connectedAt = Date.UTC(2026, 0, 1);

describe('A connection', () => {
  it('lives as long as its token', () => {
    expect(connectionExpiry(connectedAt, connectedAt + minutes(30), minutes(15))).toBe(
      connectedAt + minutes(30),
    );
  });

  it('lives at least its minimum if the token ends sooner', () => {
    expect(connectionExpiry(connectedAt, connectedAt + minutes(1), minutes(15))).toBe(
      connectedAt + minutes(15),
    );
  });

  it('ends with its token if the minimum is 0', () => {
    expect(connectionExpiry(connectedAt, connectedAt + minutes(1), 0)).toBe(connectedAt + minutes(1));
  });

  it.each([
    ['token', minutes(600), minutes(15)],
    ['minimum', minutes(1), minutes(600)],
    ['token that never ends', Number.POSITIVE_INFINITY, 0],
  ])('lives 2 hours at most, whatever its %s', (_, tokenLifetime, minimum) => {
    expect(connectionExpiry(connectedAt, connectedAt + tokenLifetime, minimum)).toBe(
      connectedAt + minutes(120),
    );
  });
});

describe('An origin', () => {
  it.each([
    ['https://app.example.com', ['https://app.example.com']],
    ['https://b.example.com', ['https://a.example.com', 'https://b.example.com']],
    ['https://anything.example', ['*']],
    ['https://anything.example', ['https://*']],
    ['http://localhost:3000', ['http://localhost:*']],
    ['http://localhost', ['http://localhost:*']],
  ])('%s is allowed by %j', (origin, allowed) => expect(isOriginAllowed(origin, allowed)).toBe(true));

  it.each([
    ['https://app.example.com', []],
    ['https://evil.example', ['https://app.example.com']],
    ['http://app.example.com', ['https://app.example.com']],
    ['https://app.example.com.evil.example', ['https://app.example.com']],
    ['https://app.example.com:8443', ['https://app.example.com']],
    ['http://anything.example', ['https://*']],
    ['https://localhost:3000', ['http://localhost:*']],
    ['http://localhost:', ['http://localhost:*']],
    ['http://localhost:3000.evil.example', ['http://localhost:*']],
    ['http://localhost:x@evil.example', ['http://localhost:*']],
    ['http://localhost.evil.example', ['http://localhost:*']],
    ['null', ['https://app.example.com', 'http://localhost:*']],
    ['', ['https://app.example.com']],
    ['https://preview.example.com', ['https://preview.example.com:8443']],
    ['https://preview.example.com:84430', ['https://preview.example.com:8443']],
    ['http://localhost:*', ['http://localhost:*']],
    ['http://127.0.0.1:3000', ['http://localhost:*']],
  ])('%j is not allowed by %j', (origin, allowed) => expect(isOriginAllowed(origin, allowed)).toBe(false));

  it.each([
    'https://evilapp.example.com',
    'https://x.app.example.com',
    'https://example.com',
    'https://appxexample.com',
    'https://app.example.com.',
    'https://APP.example.com',
    'HTTPS://app.example.com',
    'https://аpp.example.com',
    'chrome-extension://app.example.com',
    'https://app.example.com:443',
    'https://app.example.com/',
    'https://app.example.com@evil.example',
    'https://x:app.example.com@evil.example',
    'https://evil.example/https://app.example.com',
    'https://evil.example?https://app.example.com',
    'https://evil.example#https://app.example.com',
    'https://app.example.com https://evil.example',
    'https://app.example.com,https://evil.example',
    '*',
  ])('that only resembles https://app.example.com is not allowed: %j', (origin) =>
    expect(isOriginAllowed(origin, ['https://app.example.com'])).toBe(false),
  );
});
