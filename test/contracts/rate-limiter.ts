import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RateLimited } from '../../functions/core/errors.ts';
import type { Clock, RateLimiter } from '../../functions/core/ports.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';

/** Makes limiters by the test's clock and a limit, all of them over one store. */
export interface LimitersUnderTest {
  limiter(clock: Clock, perMinute: number): RateLimiter;
  close(): Promise<void>;
}

/** What every `RateLimiter` keeps to. */
export function testRateLimiter(name: string, open: () => Promise<LimitersUnderTest>): void {
  describe(`${name} as a rate limiter`, () => {
    const minute = Date.UTC(2026, 0, 1, 12, 30);
    let clock: TestClock;
    let under: LimitersUnderTest;
    let limiter: RateLimiter;
    let subject: string;
    beforeAll(async () => {
      under = await open();
    });
    beforeEach(() => {
      clock = createTestClock(minute);
      limiter = under.limiter(() => clock.now(), 3);
      subject = randomUUID();
    });
    afterAll(() => under?.close());

    /** How many of `tries` at the same time pass; the others must be refused for the limit. */
    async function passing(tries: number): Promise<number> {
      const results = await Promise.allSettled(Array.from({ length: tries }, () => limiter.spend(subject)));
      const refused = results.filter((result) => result.status === 'rejected');
      for (const { reason } of refused) expect(reason).toBeInstanceOf(RateLimited);
      return tries - refused.length;
    }

    it('lets as many pass as the limit says, and no more', async () => {
      for (let turn = 0; turn < 3; turn++) await limiter.spend(subject);
      await expect(limiter.spend(subject)).rejects.toBeInstanceOf(RateLimited);
      await expect(limiter.spend(subject)).rejects.toBeInstanceOf(RateLimited);
    });

    it('lets exactly as many pass when they come at once', async () => {
      limiter = under.limiter(() => clock.now(), 20);
      expect(await passing(64)).toBe(20);
    });

    it('counts each subject alone', async () => {
      expect(await passing(4)).toBe(3);
      subject = randomUUID();
      expect(await passing(4)).toBe(3);
    });

    it('begins anew with the next minute, whatever was tried in vain', async () => {
      expect(await passing(10)).toBe(3);
      await clock.advance(59_999);
      expect(await passing(1)).toBe(0);
      await clock.advance(1);
      expect(await passing(10)).toBe(3);
    });

    it.each([
      [0, 60],
      [1, 60],
      [30_000, 30],
      [58_999, 2],
      [59_000, 1],
      [59_999, 1],
    ])('says when the next try has a chance: %i ms into a minute after %i s', async (into, seconds) => {
      await clock.advance(into);
      await passing(3);
      await expect(limiter.spend(subject)).rejects.toMatchObject({ retryAfterSeconds: seconds });
    });

    it('lets everything pass if the limit is 0', async () => {
      limiter = under.limiter(() => clock.now(), 0);
      expect(await passing(10)).toBe(10);
    });
  });
}
