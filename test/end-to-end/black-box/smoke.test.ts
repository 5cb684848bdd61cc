import { describe, expect, it } from 'vitest';
import { installation, newUser } from '../../support/installation.ts';
import { smokeCheck } from '../../support/smoke-command.ts';

const belfry = installation();
const { outputs } = belfry;
const scope = { scope: 'notifications:create' };

const steps = [
  ...['HTTP API', 'Token', 'Socket', 'Ping', 'Create', 'Frame', 'Delivery'],
  ...['List', 'Mark', 'Mark frame', 'Clean up'],
];

describe('The smoke check of an installation that works', () => {
  it.each(['invoke', 'event', 'queue', 'http'])(
    'passes every step through the door %s, and finds that the frame came inline',
    async (door) => {
      const token = await belfry.token(newUser(), scope);
      const result = await smokeCheck(outputs, { door, token });
      expect(result).toMatchObject({ way: 'inline', failed: [], passed: steps });
    },
  );

  it('passes if other notifications arrive at the same time', async () => {
    const user = newUser();
    const other = belfry.invoke({ user_id: user, title: 'One' });
    const checks = [1, 2].map(async () => smokeCheck(outputs, { token: await belfry.token(user) }));
    for (const { failed } of await Promise.all(checks)) expect(failed).toEqual([]);
    await other;
  });
});
