import { afterAll, beforeAll } from 'vitest';
import type { Bounds, FeedQuery } from '../../../functions/core/feed.ts';
import type {
  InboxState,
  Notification,
  NotificationOrRetracted,
} from '../../../functions/core/notification.ts';
import type {
  CreateContent,
  CreateOutcome,
  CreateRule,
  NotificationRepository,
} from '../../../functions/core/notification-repository.ts';
import type { Policy } from '../../../functions/core/policy.ts';
import type { ScheduleRepository } from '../../../functions/core/scheduled.ts';
import type { Status } from '../../../functions/core/status.ts';
import type { TimerRepository } from '../../../functions/core/timers.ts';
import { contentOf, ruleOf } from '../../support/content.ts';

/** A repository, and what a test cannot do through its port. */
export interface RepositoryUnderTest {
  /** Of an installation with `configured`. */
  repository: NotificationRepository;
  /** What the tick does to the same notifications. */
  timers: TimerRepository;
  schedules: ScheduleRepository;
  /** What time it is, in milliseconds since the Unix epoch. */
  now(): number;
  /** Lets so many milliseconds pass for everything that is due at some time. */
  letTimePass(ms: number): Promise<void>;
  /** Forgets what changed in an inbox up to a version, as retention does. */
  raiseFloor(user_id: string, version: number): Promise<void>;
  /** Makes a notification unread and unseen again, at the top of the feed, as one change. */
  moveUp(user_id: string, id: number): Promise<void>;
  /** Keeps the second of a user's last change running for as long as the test needs. */
  holdSecond(user_id: string): Promise<void>;
  /** Lets the second of a user's last change be over. */
  endSecond(user_id: string): Promise<void>;
  close(): Promise<void>;
}

/** A notification of an answer that has one. */
export function whole(notification: NotificationOrRetracted | null | undefined): Notification {
  if (!notification) throw new Error('The answer has no notification.');
  if (notification.status === 'retracted') throw new Error('The notification is retracted.');
  return notification;
}

export const configuredScopes = ['attendee', 'organizer', 'admin'] as const;
/** What the installation has decided: payouts are critical, digests off by default, and bookings have events. */
export const configured = {
  scopes: configuredScopes,
  types: { booking: { events: true }, promo: {}, digest: { default: 'off' }, payout: { critical: true } },
} as const satisfies Pick<Policy, 'scopes' | 'types'>;

export type Scope = (typeof configuredScopes)[number];

type Created = CreateOutcome & { notification: Notification };

export type Suite = ReturnType<typeof openSuite>;

/** What the tests of the parts share. The repository is open while they run. */
export function openSuite(open: () => Promise<RepositoryUnderTest>) {
  let under: RepositoryUnderTest | undefined;
  beforeAll(async () => {
    under = await open();
  });
  afterAll(() => under?.close());

  /** An hour after the present of the repository. */
  const inAnHour = () => new Date(opened().now() + 3_600_000).toISOString();

  const opened = () => {
    if (!under) throw new Error('The repository is open while tests run, and not before.');
    return under;
  };

  /** What a create in this scope says, and what the settings make of it. */
  async function createOne(
    user_id: string,
    changes: Partial<CreateContent> = {},
    key: string | null = null,
    rule: CreateRule = ruleOf({ scope: changes.scope ?? null }),
  ): Promise<Created> {
    const [stored] = await opened().repository.create(contentOf(changes), rule, [user_id], key);
    if (!stored) throw new Error('create answered nothing');
    return { ...stored, notification: whole(stored.notification) };
  }

  async function createIn(user_id: string, status: Status, changes: Partial<CreateContent> = {}) {
    const { id } = (await createOne(user_id, changes)).notification;
    const { repository } = opened();
    if (status === 'snoozed') await repository.snooze(user_id, id, inAnHour());
    else if (status !== 'unread') await repository.mark(user_id, id, status === 'read' ? 'read' : 'archive');
    return id;
  }

  return {
    under: opened,
    inAnHour,
    get repository() {
      return opened().repository;
    },
    createOne,
    createIn,
    page: (changes: Partial<FeedQuery> = {}): FeedQuery => ({
      limit: 20,
      before_position: null,
      statuses: ['unread', 'read'],
      scope: null,
      types: [],
      ...changes,
    }),
    bounds: (changes: Partial<Bounds> = {}): Bounds => ({
      before_position: null,
      scope: null,
      types: [],
      ...changes,
    }),
    idsOf: (notifications: readonly { id: number }[]) => notifications.map(({ id }) => id),
  };
}

/**
 * An inbox whose scopes have the counts of what has no scope, and beside it those of `own`.
 * @param own the counts of the notifications of one scope alone: unread and unseen
 */
export function stateOf(
  user_id: string,
  version: number,
  unread_count: number,
  unseen_count = unread_count,
  own: Partial<Record<Scope, readonly [unread: number, unseen: number]>> = {},
): InboxState {
  const scoped = Object.values(own);
  const shared = {
    unread: unread_count - scoped.reduce((sum, [unread]) => sum + unread, 0),
    unseen: unseen_count - scoped.reduce((sum, [, unseen]) => sum + unseen, 0),
  };
  const scopes = Object.fromEntries(
    configuredScopes.map((scope) => {
      const [unread, unseen] = own[scope] ?? [0, 0];
      return [scope, { unread_count: shared.unread + unread, unseen_count: shared.unseen + unseen }];
    }),
  );
  return { user_id, version, unread_count, unseen_count, scopes };
}
