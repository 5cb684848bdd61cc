import { Signer } from '@aws-sdk/rds-signer';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { signIamToken } from '../../functions/persistence/iam-token.ts';

const endpoint = { host: 'belfry.abc.us-east-1.rds.amazonaws.com', port: 5432, region: 'us-east-1' };
const longLived = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const ofRole = { ...longLived, sessionToken: "IQoJb3JpZ2luX2VjE/+==!'()*~ &%" };

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 12, 34, 56, 789) });
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  ['a role', 'belfry_writer', ofRole],
  ['a user', 'belfry_writer', longLived],
  ['a user name that must be escaped', "o'writer (1)*", ofRole],
])('signs for %s what the AWS SDK signs', async (_, user, credentials) => {
  const { host, port, region } = endpoint;
  const signer = new Signer({ hostname: host, port, username: user, region, credentials });
  expect(await signIamToken({ ...endpoint, user }, credentials)).toBe(await signer.getAuthToken());
});

it('signs anew each time', async () => {
  const first = await signIamToken({ ...endpoint, user: 'belfry_reader' }, ofRole);
  vi.advanceTimersByTime(1_000);
  expect(await signIamToken({ ...endpoint, user: 'belfry_reader' }, ofRole)).not.toBe(first);
});
