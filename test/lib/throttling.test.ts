import { describe, expect, it } from 'vitest';
import { type Throttling, type ThrottlingProps, throttlingOf } from '../../lib/throttling.ts';

/** The smallest quotas of an account: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const smallestAccount = { rate: 2_500, burst: 1_250 };
/** Three waves of five times as many requests as a role of the database has connections. */
const burst = 3 * 5 * 30;
/** What the defaults are for. */
const openPages = 25_000;

describe('The limits of the routes', () => {
  const all = Object.entries(throttlingOf());

  it.each(all)('are within the quotas of every account by default: %s', (_, limit) => {
    expect(limit.rate).toBeLessThan(smallestAccount.rate);
    expect(limit.burst).toBeLessThan(smallestAccount.burst);
  });

  it.each(['http', 'connect'] as const)('admit three waves of a burst by default: %s', (name) => {
    expect(throttlingOf()[name].burst).toBeGreaterThanOrEqual(burst);
  });

  // client/src/connection.ts: a ping each 50 seconds, a poll each 30 without a socket, and with the shortest life that a
  // connection has by default, 15 minutes, a new one after (15 - 1) × 0.8 minutes at the earliest.
  it.each<[keyof Throttling, string, number]>([
    ['ping', 'the pings', 50],
    ['http', 'the polls', 30],
    ['connect', 'the renewals', 14 * 60 * 0.8],
  ])('of %s admit by default %s of all open pages', (name, _, everySeconds) => {
    expect(throttlingOf()[name].rate).toBeGreaterThanOrEqual(openPages / everySeconds);
  });

  it('change one by one', () => {
    const changed = throttlingOf({ ping: { rate: 2_000 }, connect: { rate: 400, burst: 600 } });
    expect(changed).toEqual({
      ...throttlingOf(),
      ping: { rate: 2_000, burst: 1_000 },
      connect: { rate: 400, burst: 600 },
    });
  });

  it.each<[unknown, string]>([
    [{ ping: { rate: 0 } }, 'throttling.ping.rate must be a whole number from 1; it is 0.'],
    [{ http: { burst: 1.5 } }, 'throttling.http.burst must be a whole number from 1; it is 1.5.'],
    [{ connect: { rate: '200' } }, 'throttling.connect.rate must be a whole number from 1; it is "200".'],
    [{ connect: { rate: null } }, 'throttling.connect.rate must be a whole number from 1; it is null.'],
    [{ ping: 500 }, 'throttling.ping must be an object with rate, burst; it is 500.'],
    [{ ping: { rates: 5 } }, 'throttling.ping has the unknown key rates. Use one of: rate, burst.'],
    [
      { pong: {} },
      'throttling has the unknown key pong. Use one of: http, connect, disconnect, ping, message.',
    ],
    [[], 'throttling must be an object with http, connect, disconnect, ping, message; it is [].'],
  ])('refuse %j with the reason', (props, message) => {
    // The cast: what the JSON of a context value can hold.
    expect(() => throttlingOf(props as ThrottlingProps)).toThrow(message);
  });
});
