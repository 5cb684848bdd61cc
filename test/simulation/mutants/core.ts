import type { Mutant } from '../mutate.ts';

/** Mistakes in what is said of a change and to whom, and in who is let in. */
export const coreMutants: readonly Mutant[] = [
  {
    name: 'a retried create is pushed in full although the inbox has moved on',
    file: 'functions/core/notification-service.ts',
    search: 'if (!isLatestChange) return',
    replace: 'if (false) return',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a repeated create says the row although a read-all changed it with others',
    file: 'functions/core/notification-service.ts',
    search: " && notification.status === 'unread';",
    replace: ';',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a create answers before it is inserted',
    file: 'functions/core/notification-service.ts',
    search: 'const stored = await repository.create(command, command.user_ids, command.idempotency_key);',
    replace: `const pending = repository.create(command, command.user_ids, command.idempotency_key);
      const stored = await Promise.race([pending, Promise.resolve(command.user_ids.map((user_id) => ({
        notification: { ...command, id: 1, user_id, status: 'unread', version: 1, created_at: '', updated_at: '' },
        created: true, inbox: { version: 1, unread_count: 1, burst_count: 1 } })))]) as never as StoredNotification[];
      pending.catch(() => {});`,
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a create forgets its idempotency key',
    file: 'functions/core/notification-service.ts',
    search: 'command.user_ids, command.idempotency_key)',
    replace: 'command.user_ids, null)',
    caughtBy: 'acknowledged is stored',
  },
  {
    name: 'a create is not pushed',
    file: 'functions/core/notification-service.ts',
    search: 'publisher.publish(stored.map(toPush))',
    replace: 'publisher.publish([])',
    caughtBy: 'at once',
  },
  {
    name: 'a status change is not pushed',
    file: 'functions/core/notification-service.ts',
    search: 'if (changed) {',
    replace: 'if (false) {',
    caughtBy: 'at once',
  },
  {
    name: 'a mark that changed nothing is pushed',
    file: 'functions/core/notification-service.ts',
    search: 'if (changed) {',
    replace: 'if (true) {',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a read-all says no bound',
    file: 'functions/core/notification-service.ts',
    search: 'version, unread_count, before_id } as const',
    replace: 'version, unread_count, before_id: Number.MAX_SAFE_INTEGER } as const',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'the unread count is that before the commit',
    file: 'functions/core/notification-service.ts',
    search:
      "const frame: InboxFrame = { type: 'notification.created', version, unread_count, notification };",
    replace:
      "const frame: InboxFrame = { type: 'notification.created', version, unread_count: unread_count - 1, notification };",
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a burst is pushed in full',
    file: 'functions/core/frames.ts',
    search: 'burst_count <= limits.fullFramesPerBurst',
    replace: 'true',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a hint names the version before',
    file: 'functions/core/frames.ts',
    search: "return { type: 'inbox.changed', version, unread_count };",
    replace: "return { type: 'inbox.changed', version: version - 1, unread_count };",
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'pushes of a batch all go to the first user',
    file: 'functions/core/notification-service.ts',
    search: 'publisher.publish(stored.map(toPush))',
    replace:
      'publisher.publish(stored.map(toPush).map((push, _, [first]) => ({ ...push, user_id: first?.user_id ?? push.user_id })))',
    caughtBy: 'only one’s own',
  },
  {
    name: 'an archived notification is not pushed',
    file: 'functions/core/notification-service.ts',
    search: 'if (changed) {',
    replace: "if (changed && action !== 'archive') {",
    caughtBy: 'at once',
  },
  {
    name: 'a batch is pushed to its first user alone',
    file: 'functions/core/notification-service.ts',
    search: 'publisher.publish(stored.map(toPush))',
    replace: 'publisher.publish(stored.map(toPush).slice(0, 1))',
    caughtBy: 'at once',
  },
  {
    name: 'a read-all reads beyond its bound',
    file: 'functions/core/notification-service.ts',
    search: 'await repository.readAll(user_id, bound)',
    replace: 'await repository.readAll(user_id, bound && null)',
    caughtBy: 'at once',
  },
  {
    name: 'a repeated create says of a changed row that it was created',
    file: 'functions/core/notification-service.ts',
    search: 'return { user_id, frame: isUntouched ? frame :',
    replace: 'return { user_id, frame: isUntouched || true ? frame :',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a reset is not told',
    file: 'functions/core/inbox-reader.ts',
    search: 'return { data: [], version, unread_count, reset: true };',
    replace: 'return { data: [], version, unread_count, reset: false };',
    caughtBy: 'shown as stored',
  },
  {
    name: 'the next page begins one row too late',
    file: 'functions/core/inbox-reader.ts',
    search: 'encodeCursor(last.id)',
    replace: 'encodeCursor(last.id - 1)',
    caughtBy: 'shown as stored',
  },
  {
    name: 'every 410 is taken for a closed connection',
    file: 'functions/core/connection.ts',
    search: 'now - connected_at > settledAfterMs;',
    replace: 'now >= connected_at;',
    caughtBy: 'open sockets are registered',
  },
  {
    name: 'connections outlive their token',
    file: 'functions/core/connection.ts',
    search:
      'return Math.min(connectedAt + maximumLifetimeMs, Math.max(tokenExpiresAt, connectedAt + minimumLifetimeMs));',
    replace: 'return connectedAt + maximumLifetimeMs + 0 * tokenExpiresAt * minimumLifetimeMs;',
    caughtBy: 'not past the lifetime',
  },
  {
    name: 'a connection beyond the limit is let in but forgotten',
    file: 'functions/core/admission.ts',
    search: 'await forget(own);\n      return false;',
    replace: 'await forget(own);\n      return true;',
    caughtBy: 'open sockets are registered',
  },
  {
    name: 'the oldest connections stay instead of the newest',
    file: 'functions/core/admission.ts',
    search: 'if (a.connected_at !== b.connected_at) return b.connected_at - a.connected_at;',
    replace: 'if (a.connected_at !== b.connected_at) return a.connected_at - b.connected_at;',
    caughtBy: 'every page has a line',
  },
  {
    name: 'one connection more than the limit is let in',
    file: 'functions/core/admission.ts',
    search: 'live.toSorted(newestFirst).slice(connectionLimit)',
    replace: 'live.toSorted(newestFirst).slice(connectionLimit + 1)',
    caughtBy: 'within the limit',
  },
];
