import { describe } from 'vitest';
import { testChanges } from './notification-repository/changes.ts';
import { testCreate } from './notification-repository/create.ts';
import { testKeys } from './notification-repository/keys.ts';
import { testList } from './notification-repository/list.ts';
import { testMark } from './notification-repository/mark.ts';
import { testPreferences } from './notification-repository/preferences.ts';
import { testSeen } from './notification-repository/seen.ts';
import { openSuite, type RepositoryUnderTest } from './notification-repository/suite.ts';
import { testWithin } from './notification-repository/within.ts';

/** What every `NotificationRepository` keeps to. */
export function testNotificationRepository(name: string, open: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} as a notification repository`, () => {
    const suite = openSuite(open);
    testCreate(suite);
    testKeys(suite);
    testPreferences(suite);
    testMark(suite);
    testWithin(suite);
    testSeen(suite);
    testList(suite);
    testChanges(suite);
  });
}
