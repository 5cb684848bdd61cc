import type { Mutant } from '../mutate.ts';

/** The create reaches the database, … */
const insert = 'await $repository.create($content, $rule, $users, $key)';
/** … its pushes go out, … */
const publish = '$publisher.publish($outcomes.flatMap(createPush))';
/** … and its answer depends on how many users it was for. */
const isForOne = '$first && !$command.is_batch';
const latest = '$version !== $inbox.version || !$isAsCreated';
const isAsCreated = "$status === 'unread' && $position === $id && $updated_at === $created_at";
const fail = "(() => { throw new TypeError('A mistake.'); })()";

const inboxChanged = "({ type: 'inbox.changed', user_id, version, unread_count, unseen_count, scopes })";

const mark = '$repository.mark(user_id, $id, $action)';
const marked = `(await ${mark}) ?? $notFound($id)`;
const updated = "{ type: 'notification.updated', ...$state, notification }";

/** Mistakes in what is said of a change and to whom, and in who is let in. */
export const coreMutants: readonly Mutant[] = [
  {
    name: 'a retried create is pushed in full although the inbox has moved on',
    pattern: latest,
    replacement: '!$isAsCreated',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a repeated create says the row although a read-all changed it with others',
    pattern: latest,
    replacement: '$version !== $inbox.version',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a create answers before it is inserted',
    pattern: insert,
    replacement: `await (() => {
      const pending = $repository.create($content, $rule, $users, $key);
      pending.catch(() => {});
      return Promise.race([pending, Promise.resolve($users.map((user_id) => ({
        notification: { ...$content, id: 1, position: 1, user_id, status: 'unread', version: 1, created_at: '', updated_at: '' },
        created: true, inbox: { user_id, version: 1, unread_count: 1, unseen_count: 1, scopes: {}, burst_count: 1 } })))]) as never;
    })()`,
    caughtBy: 'acknowledged is stored',
  },
  {
    name: 'a create forgets its idempotency key',
    pattern: insert,
    replacement: 'await $repository.create($content, $rule, $users, null)',
    caughtBy: 'one row for a key',
  },
  {
    name: 'a create has another idempotency key with each try',
    pattern: insert,
    replacement: "await $repository.create($content, $rule, $users, $key + ' ' + crypto.randomUUID())",
    caughtBy: 'one row for a key',
  },
  {
    name: 'a repeated create is refused as a conflict',
    pattern: publish,
    replacement: `$outcomes.some(({ created }) => !created)
      ? (() => { throw new IdempotencyConflict(); })()
      : ${publish}`,
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'a create for several users fails after its commit',
    pattern: isForOne,
    replacement: `$first && !($command.is_batch && ${fail})`,
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'a create for several users never answers',
    pattern: isForOne,
    replacement: '$first && !($command.is_batch && (await new Promise(() => {})))',
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'a mark fails after its commit',
    pattern: `(${updated})`,
    below: 'functions/core/notification-service.ts',
    replacement: `notification.status === 'unread' ? ${fail} : ${updated}`,
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'a mark that changes nothing is refused as not found',
    pattern: marked,
    replacement: `(await ${mark}.then((marked) => (marked?.changed ? marked : undefined))) ?? $notFound($id)`,
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'a token is refused a minute before its end',
    pattern: 'Number($context.expires_at) + $limits.$clockToleranceMs > $clock()',
    replacement: 'Number($context.expires_at) + $limits.$clockToleranceMs > $clock() + 60_000',
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'a create is not pushed',
    pattern: publish,
    replacement: '$publisher.publish([])',
    caughtBy: 'at once',
  },
  {
    name: 'a status change is not pushed',
    pattern: marked,
    replacement: `{ ...(${marked}), changed: false }`,
    caughtBy: 'at once',
  },
  {
    name: 'a mark that changed nothing is pushed',
    pattern: marked,
    replacement: `{ ...(${marked}), changed: true }`,
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a read-all says no bound',
    pattern: '({ type, ...$state, ...$bounds })',
    replacement: '{ type, ...$state, ...$bounds, before_position: Number.MAX_SAFE_INTEGER }',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'the unread count is that before the commit',
    pattern: 'pushOf($inbox, (state) => ({ type, ...state, notification }))',
    replacement:
      'pushOf($inbox, (state) => ({ type, ...state, unread_count: state.unread_count - 1, notification }))',
    caughtBy: 'counts are exact at every version',
  },
  {
    name: 'a burst is pushed in full',
    pattern: '$burst_count <= $limits.$framesPerBurst ? $frame : $inboxChanged($frame)',
    replacement: '$frame',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'an inbox.changed names another user',
    pattern: inboxChanged,
    replacement: `{ ...${inboxChanged}, user_id: crypto.randomUUID() }`,
    caughtBy: 'only one’s own',
  },
  {
    name: 'an inbox.changed names the version before',
    pattern: inboxChanged,
    replacement: `{ ...${inboxChanged}, version: version - 1 }`,
    caughtBy: 'counts are exact at every version',
  },
  {
    name: 'pushes of a batch all go to the first user',
    pattern: publish,
    replacement:
      '$publisher.publish($outcomes.flatMap(createPush).map((push, _, [first]) => ({ ...push, user_id: first?.user_id ?? push.user_id })))',
    caughtBy: 'only one’s own',
  },
  {
    name: 'an archived notification is not pushed',
    pattern: marked,
    replacement: `(await ${mark}.then((marked) =>
      marked && { ...marked, changed: marked.changed && marked.notification.status !== 'archived' })) ?? $notFound($id)`,
    caughtBy: 'at once',
  },
  {
    name: 'a batch is pushed to its first user alone',
    pattern: publish,
    replacement: '$publisher.publish($outcomes.flatMap(createPush).slice(0, 1))',
    caughtBy: 'at once',
  },
  {
    name: 'a read-all reads beyond its bound',
    pattern: '$repository.readAll(user_id, $bounds)',
    replacement: '$repository.readAll(user_id, { ...$bounds, before_position: null })',
    caughtBy: 'at once',
    isRare: true,
  },
  {
    name: 'a repeated create says of a changed row that it was created',
    pattern: isAsCreated,
    replacement: "$status === 'unread' && $position === $id",
    caughtBy: 'frames tell the truth',
    isRare: true,
  },
  {
    name: 'a reset is not told',
    pattern: '({ data: [], ...$inbox, reset: true })',
    replacement: '{ data: [], ...$inbox, reset: false }',
    caughtBy: 'shown as stored',
  },
  {
    name: 'the next page begins one row too late',
    pattern:
      '({ data: $notifications, next_cursor: $hasMore && $last ? String($last.position) : null, ...$inbox })',
    replacement:
      '{ data: $notifications, next_cursor: $hasMore && $last ? String($last.position - 1) : null, ...$inbox }',
    caughtBy: 'shown as stored',
  },
  {
    name: 'every 410 is taken for a closed connection',
    pattern: '$now - connected_at > $settledAfterMs',
    replacement: '$now >= connected_at',
    caughtBy: 'open sockets are registered',
  },
  {
    name: 'connections outlive their token',
    pattern: 'Math.min($openedAt + $maximumMs, Math.max($expiresAt, $openedAt + $minimumMs))',
    replacement: '$openedAt + $maximumMs',
    caughtBy: 'not past the lifetime',
  },
  {
    name: 'a connection beyond the limit is let in but forgotten',
    pattern: 'await $forget($own); return false;',
    replacement: 'await $forget($own); return true;',
    caughtBy: 'open sockets are registered',
  },
  {
    name: 'the oldest connections stay instead of the newest',
    pattern: '$b.connected_at - $a.connected_at',
    replacement: '$a.connected_at - $b.connected_at',
    caughtBy: 'every page has a socket',
  },
  {
    name: 'one connection more than the limit is let in',
    pattern: '$live.toSorted($newestFirst).slice($limit)',
    replacement: '$live.toSorted($newestFirst).slice($limit + 1)',
    caughtBy: 'within the limit',
  },
];
