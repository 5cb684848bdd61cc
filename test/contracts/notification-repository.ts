import { describe } from 'vitest';
import { testButtons } from './notification-repository/buttons.ts';
import { testChanges } from './notification-repository/changes.ts';
import { testCreate } from './notification-repository/create.ts';
import { testEvents } from './notification-repository/events.ts';
import { testGroups } from './notification-repository/groups.ts';
import { testKeys } from './notification-repository/keys.ts';
import { testList } from './notification-repository/list.ts';
import { testMark } from './notification-repository/mark.ts';
import { testPreferences } from './notification-repository/preferences.ts';
import { testRetract } from './notification-repository/retract.ts';
import { testSchedules } from './notification-repository/schedules.ts';
import { testSeen } from './notification-repository/seen.ts';
import { testSnooze } from './notification-repository/snooze.ts';
import { openSuite, type RepositoryUnderTest } from './notification-repository/suite.ts';
import { testTimers } from './notification-repository/timers.ts';
import { testUpdate } from './notification-repository/update.ts';
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
    testUpdate(suite);
    testTimers(suite);
    testSnooze(suite);
    testSchedules(suite);
    testRetract(suite);
    testEvents(suite);
    testGroups(suite);
    testButtons(suite);
  });
}
