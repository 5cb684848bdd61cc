/** A mistake that somebody could make: one text of one source file, which occurs in it once, replaced by another. */
export interface Mutant {
  /** What is then the case. */
  name: string;
  file: string;
  search: string;
  replace: string;
}

/** The mistakes of which the simulation must see each. */
export const mutants: readonly Mutant[] = [
  // Core: what is said of a change, and to whom.
  {
    name: 'a retried create is pushed in full although the inbox has moved on',
    file: 'functions/core/notification-service.ts',
    search: 'if (!isLatestChange) return',
    replace: 'if (false) return',
  },
  {
    name: 'a repeated create says the row although a read-all changed it with others',
    file: 'functions/core/notification-service.ts',
    search: " && notification.status === 'unread';",
    replace: ';',
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
  },
  {
    name: 'a create forgets its idempotency key',
    file: 'functions/core/notification-service.ts',
    search: 'command.user_ids, command.idempotency_key)',
    replace: 'command.user_ids, null)',
  },
  {
    name: 'a create is not pushed',
    file: 'functions/core/notification-service.ts',
    search: 'publisher.publish(stored.map(toPush))',
    replace: 'publisher.publish([])',
  },
  {
    name: 'a status change is not pushed',
    file: 'functions/core/notification-service.ts',
    search: 'if (changed) {',
    replace: 'if (false) {',
  },
  {
    name: 'a mark that changed nothing is pushed',
    file: 'functions/core/notification-service.ts',
    search: 'if (changed) {',
    replace: 'if (true) {',
  },
  {
    name: 'a read-all says no bound',
    file: 'functions/core/notification-service.ts',
    search: 'version, unread_count, before_id } as const',
    replace: 'version, unread_count, before_id: Number.MAX_SAFE_INTEGER } as const',
  },
  {
    name: 'the unread count is that before the commit',
    file: 'functions/core/notification-service.ts',
    search:
      "const frame: InboxFrame = { type: 'notification.created', version, unread_count, notification };",
    replace:
      "const frame: InboxFrame = { type: 'notification.created', version, unread_count: unread_count - 1, notification };",
  },
  {
    name: 'a burst is pushed in full',
    file: 'functions/core/frames.ts',
    search: 'burst_count <= limits.fullFramesPerBurst',
    replace: 'true',
  },
  {
    name: 'a hint names the version before',
    file: 'functions/core/frames.ts',
    search: "return { type: 'inbox.changed', version, unread_count };",
    replace: "return { type: 'inbox.changed', version: version - 1, unread_count };",
  },
  {
    name: 'pushes of a batch all go to the first user',
    file: 'functions/core/notification-service.ts',
    search: 'publisher.publish(stored.map(toPush))',
    replace:
      'publisher.publish(stored.map(toPush).map((push, _, [first]) => ({ ...push, user_id: first?.user_id ?? push.user_id })))',
  },
  {
    name: 'a reset is not told',
    file: 'functions/core/inbox-reader.ts',
    search: 'return { data: [], version, unread_count, reset: true };',
    replace: 'return { data: [], version, unread_count, reset: false };',
  },
  {
    name: 'every 410 is taken for a closed connection',
    file: 'functions/core/connection.ts',
    search: 'now - connected_at > settledAfterMs;',
    replace: 'now >= connected_at;',
  },
  {
    name: 'connections outlive their token',
    file: 'functions/core/connection.ts',
    search:
      'return Math.min(connectedAt + maximumLifetimeMs, Math.max(tokenExpiresAt, connectedAt + minimumLifetimeMs));',
    replace: 'return connectedAt + maximumLifetimeMs + 0 * tokenExpiresAt * minimumLifetimeMs;',
  },
  {
    name: 'a connection beyond the limit is let in but forgotten',
    file: 'functions/core/admission.ts',
    search: 'await forget(own);\n      return false;',
    replace: 'await forget(own);\n      return true;',
  },
  {
    name: 'the oldest connections stay instead of the newest',
    file: 'functions/core/admission.ts',
    search: 'if (a.connected_at !== b.connected_at) return b.connected_at - a.connected_at;',
    replace: 'if (a.connected_at !== b.connected_at) return a.connected_at - b.connected_at;',
  },
  // Delivery.
  {
    name: 'a failed look-up leaves nothing',
    file: 'functions/realtime/delivery.ts',
    search: 'await enqueue(push, undefined, start);',
    replace: '',
  },
  {
    name: 'failed posts leave nothing',
    file: 'functions/realtime/delivery.ts',
    search: 'unposted.length > 0 && enqueue(push, unposted, start)',
    replace: 'false && enqueue(push, unposted, start)',
  },
  {
    name: 'failed posts count as posted',
    file: 'functions/realtime/fan-out.ts',
    search: "const [posted, gone, unposted] = [having('posted').length,",
    replace: "const [posted, gone, unposted] = [having('posted', 'failed').length,",
  },
  {
    name: 'a refused post counts as gone',
    file: 'functions/realtime/fan-out.ts',
    search: "having('gone'), having('failed', 'late')]",
    replace: "having('gone', 'failed'), having('late')]",
  },
  {
    name: 'expired connections are pushed to',
    file: 'functions/realtime/fan-out.ts',
    search: 'const { live, expired } = found;',
    replace: 'const { expired } = found; const live = [...found.live, ...expired];',
  },
  {
    name: 'expired connections of a leftover are pushed to',
    file: 'functions/realtime/fan-out.ts',
    search: 'live: connections.filter(({ expires_at }) => expires_at > now),',
    replace: 'live: connections.filter(() => now > 0),',
  },
  {
    name: 'a redelivery that fails is over',
    file: 'functions/realtime/redelivery.ts',
    search: 'if (left) await again(left);',
    replace: '',
  },
  {
    name: 'a redelivery whose look-up fails is over',
    file: 'functions/realtime/redelivery.ts',
    search: 'if (!round) return hint;',
    replace: 'if (!round) return undefined;',
  },
  {
    name: 'a redelivery is given up after its first attempt',
    file: 'functions/realtime/redelivery.ts',
    search: 'if (attempt < redeliveryAttempts) {',
    replace: 'if (attempt < 0) {',
  },
  {
    name: 'expired connections are forgotten and left open, live ones too',
    file: 'functions/realtime/fan-out.ts',
    search: 'await Promise.all([...closed.map(forget), closer.expire(expired)]);',
    replace: 'await Promise.all([...gone.map(forget), closer.expire(expired)]);',
  },
  // The client's merge.
  {
    name: 'frames are not compared with the version',
    file: 'client/src/inbox.ts',
    search: 'if (at <= version) pending.delete(at);',
    replace: 'void at;',
  },
  {
    name: 'any frame with a higher version is applied',
    file: 'client/src/inbox.ts',
    search: 'const frame = pending.get(version + 1);',
    replace: 'const frame = pending.values().next().value;',
  },
  {
    name: 'rows are not compared by version',
    file: 'client/src/inbox.ts',
    search: 'if (held && held.version >= row.version) return;',
    replace: '',
  },
  {
    name: 'the count is not compared by version',
    file: 'client/src/inbox.ts',
    search: 'if (at < countVersion) return;',
    replace: '',
  },
  {
    name: 'a page moves the version',
    file: 'client/src/inbox.ts',
    search: 'absorb(page.data, page.version);',
    replace: 'absorb(page.data, page.version); version = Math.max(version ?? 0, page.version);',
  },
  {
    name: 'a row learnt late does not step back',
    file: 'client/src/inbox.ts',
    search: 'if (at < version && hasFresh) {',
    replace: 'if (at < version - 1e9 && hasFresh) {',
  },
  {
    name: 'a read-all has no bound in place',
    file: 'client/src/inbox.ts',
    search: ' && row.id <= frame.before_id',
    replace: '',
  },
  {
    name: 'changes asked for above the version move it',
    file: 'client/src/inbox.ts',
    search: 'const isGapless = since <= version;',
    replace: 'const isGapless = true;',
  },
  {
    name: 'a reset keeps the old rows',
    file: 'client/src/inbox.ts',
    search: 'items.clear();',
    replace: '',
  },
  {
    name: 'a gap is not filled',
    file: 'client/src/inbox.ts',
    search: 'if (pending.size > 0) onGap();',
    replace: '',
  },
  {
    name: 'a hint is taken for the change',
    file: 'client/src/inbox.ts',
    search: 'if (!frame || !isWhole(frame)) break;',
    replace: 'if (!frame) break;',
  },
  {
    name: 'the answer to a mark is taken for a frame',
    file: 'client/src/inbox.ts',
    search: 'absorb([answer.notification], answer.version);',
    replace: 'absorb([answer.notification], answer.version); version = answer.version;',
  },
  {
    name: 'rows below the last page are shown',
    file: 'client/src/inbox.ts',
    search: '.filter(({ id }) => id >= tail)',
    replace: '',
  },
  {
    name: 'frames that come before the first page are thrown away',
    file: 'client/src/inbox.ts',
    search: 'if (frame.version <= version) return;',
    replace: 'if (version < 0 || frame.version <= version) return;',
  },
  {
    name: 'answers of an earlier list are used',
    file: 'client/src/feed.ts',
    search: 'if (asked === inbox.generation()) inbox.extend(page);',
    replace: 'inbox.extend(page);',
  },
  {
    name: 'a request for changes that failed is not tried again',
    file: 'client/src/feed.ts',
    search: '      plan(Math.max(backoffMs(random, failures), error.retryAfterMs || 0));',
    replace: '      if (since < 0) plan(Math.max(backoffMs(random, failures), error.retryAfterMs || 0));',
  },
  {
    name: 'a first page that failed is not tried again',
    file: 'client/src/feed.ts',
    search: '      plan(Math.max(backoffMs(random, failures), error.retryAfterMs || 0));',
    replace: '      if (since >= 0) plan(Math.max(backoffMs(random, failures), error.retryAfterMs || 0));',
  },
  {
    name: 'a question for changes while one is under way is forgotten',
    file: 'client/src/feed.ts',
    search: 'if (asking) isAskedAgain = true;',
    replace: 'if (asking) isAskedAgain = false;',
  },
  {
    name: 'a reset is taken for an answer without changes',
    file: 'client/src/feed.ts',
    search: 'else if (!answer.reset) inbox.catchUp(since, answer);',
    replace: 'else if (answer) inbox.catchUp(since, answer);',
  },
  {
    name: 'a list without the read ones does not ask for the unread ones',
    file: 'client/src/feed.ts',
    search: "status.includes('read') ? ['unread', ...status] : status",
    replace: 'status',
  },
  {
    name: 'what is loading when a paused client changes its filter keeps it from loading',
    file: 'client/src/feed.ts',
    search: '      asking = undefined;\n      if (!isPaused) sync();',
    replace: '      if (!isPaused) sync();',
  },
  // The client's line.
  {
    name: 'a tab that has joined late is not told what was said before',
    file: 'client/src/presence.ts',
    search: 'if (isKnown && isLate) feed.sync();',
    replace: '',
  },
  {
    name: 'nothing is asked for after a socket has opened',
    file: 'client/src/presence.ts',
    search: 'election?.tell({ isOpened: true });\n        return feed.sync();',
    replace: 'election?.tell({ isOpened: true });\n        return Promise.resolve();',
  },
  {
    name: 'the other tabs are not told of a socket that has opened',
    file: 'client/src/presence.ts',
    search: 'if (isOpened) feed.sync();',
    replace: '',
  },
  {
    name: 'the leader keeps frames to itself',
    file: 'client/src/presence.ts',
    search: 'election?.tell({ frame });',
    replace: '',
  },
  {
    name: 'nothing is asked for when a page comes to the front, nor now and then',
    file: 'client/src/presence.ts',
    search: 'if (isAway) return;\n    feed.sync();',
    replace: 'if (isAway) return;',
  },
  {
    name: 'nothing is asked for now and then',
    file: 'client/src/presence.ts',
    search: 'if (now() - syncedAt < syncEveryMs) return;',
    replace: 'if (now() > 0) return;',
  },
  {
    name: 'a lost socket does not come back',
    file: 'client/src/connection.ts',
    search: "onStatus('connecting');\n      retry();",
    replace: "onStatus('connecting');",
  },
  {
    name: 'a failed socket is not tried again',
    file: 'client/src/connection.ts',
    search: 'if (!line) ask();\n    retry();',
    replace: 'if (!line) ask();',
  },
  {
    name: 'a socket is not renewed before its pushes end',
    file: 'client/src/connection.ts',
    search: 'if (now() >= line.renewAt && !cancelRetry) connect();',
    replace: '',
  },
  {
    name: 'the old socket stays beside the new one',
    file: 'client/src/connection.ts',
    search: 'onOpen().then(() => before && drop(before));',
    replace: 'onOpen();',
  },
  {
    name: 'a silent socket is believed',
    file: 'client/src/connection.ts',
    search: 'mine.cancelTimeout = after(pongWithinMs, () => lost(mine));',
    replace: '',
  },
  {
    name: 'a goodbye is not heeded',
    file: 'client/src/connection.ts',
    search: "if (frame.type === 'goodbye' && mine === line && !attempt) {",
    replace: 'if (false) {',
  },
  {
    name: 'an expired token is used again',
    file: 'client/src/tokens.ts',
    search: 'token !== undefined && environment.now() < renewAt',
    replace: 'token !== undefined',
  },
  {
    name: 'a refused token is sent again',
    file: 'client/src/tokens.ts',
    search: 'token === refused ? renew(true) : current()',
    replace: 'refused ? current() : renew(true)',
  },
  {
    name: 'another user signs in and nobody notices',
    file: 'client/src/session.ts',
    search: 'if (!isClosed && identity !== undefined && other !== identity) onOtherUser();',
    replace: 'if (isClosed && identity !== undefined && other !== identity) onOtherUser();',
  },
  {
    name: 'the last snapshot of a user is shown to the next',
    file: 'client/src/session.ts',
    search: '() => isClosed || onChange(store.snapshot()),',
    replace: '() => onChange(store.snapshot()),',
  },
  {
    name: 'a tab that was deposed keeps its socket',
    file: 'client/src/leader.ts',
    search: 'isLeader = false;\n      onDeposed();',
    replace: 'isLeader = false;',
  },
  {
    name: 'a change that was answered shows for ever',
    file: 'client/src/store.ts',
    search: 'change.until = version;',
    replace: 'void version;',
  },
  {
    name: 'a change that was refused stays to be seen',
    file: 'client/src/store.ts',
    search: 'changes = changes.filter((each) => each !== change);',
    replace: '',
  },
];
