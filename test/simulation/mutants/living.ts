import type { Mutant } from '../mutate.ts';

const tick = 'functions/core/tick.ts';
const pushes = 'functions/core/command-pushes.ts';
const taken = "if ($pressed === 'taken') throw new ActionTaken($id, $button);";

const insert = '$repository.create($content, $rule, $users, $key)';
const announceCreate = '$announce($dueAt($expires_at), $alert_after && $clock() + $alert_after * 1_000)';
const announceSchedule = 'await $announce($msOf($deliver_at));';
const fired = '$publisher.publish($fired.flatMap($toPush))';
const isQuiet = '!$isLate($before) && ($before.next_due ?? Number.POSITIVE_INFINITY) > $now()';
const isDue = 'Math.min($due_at ?? Infinity, $look_at ?? Infinity, $dailyLookAfter($looked_at)) <= $now';

/** Mistakes in what lives on after it was created: groups, times, buttons, edits, retracts and events. */
export const livingMutants: readonly Mutant[] = [
  {
    name: 'a create forgets its group',
    pattern: insert,
    replacement: '$repository.create({ ...$content, group: null }, $rule, $users, $key)',
    caughtBy: 'one open notification of a group',
  },
  {
    name: 'a create forgets when it expires',
    pattern: insert,
    replacement: '$repository.create({ ...$content, expires_at: null }, $rule, $users, $key)',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'a create forgets to tell that it is unread',
    pattern: insert,
    replacement: '$repository.create({ ...$content, alert_after: null }, $rule, $users, $key)',
    caughtBy: 'unread-after is true',
  },
  {
    name: 'a create tells that it is unread after half the time',
    pattern: insert,
    replacement:
      '$repository.create({ ...$content, alert_after: $content.alert_after && $content.alert_after / 2 }, $rule, $users, $key)',
    caughtBy: 'unread-after is true',
  },
  {
    name: 'a grouped create is pushed as a new one',
    pattern: "$grouped ? 'notification.updated' : 'notification.created'",
    replacement: "'notification.created'",
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'an edit is not pushed',
    pattern: '$publisher.publish($outcomes.map(updatePush))',
    replacement: '$publisher.publish([])',
    caughtBy: 'at once',
  },
  {
    name: 'an edit that changes nothing is pushed as a change',
    pattern: 'if (!$changed) return $repeated($inbox);',
    below: pushes,
    replacement: '',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a retract is not pushed',
    pattern: '$publisher.publish($outcomes.map(retractPush))',
    replacement: '$publisher.publish([])',
    caughtBy: 'at once',
  },
  {
    name: 'a retract of nothing is pushed as a change',
    pattern: 'if ($ids.length === 0) return $repeated($inbox);',
    below: pushes,
    replacement: '',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a retract of several is pushed as if it archived them',
    pattern: "({ type: 'inbox.marked', ...$state, action: 'retract', status: 'retracted', ids })",
    replacement: "{ type: 'inbox.marked', ...$state, action: 'archive', status: 'archived', ids }",
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a snooze ends a minute later',
    pattern: '$repository.snooze(user_id, $id, $until)',
    replacement: '$repository.snooze(user_id, $id, new Date(Date.parse($until) + 60_000).toISOString())',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'a snooze is not pushed',
    pattern: '$markedOne((await $repository.snooze(user_id, $id, $until)) ?? $notFound($id))',
    replacement:
      '$markedOne({ ...((await $repository.snooze(user_id, $id, $until)) ?? $notFound($id)), changed: false })',
    caughtBy: 'at once',
  },
  {
    name: 'what is unsnoozed is not pushed',
    pattern: '$markedOne((await $repository.unsnooze(user_id, $id)) ?? $notFound($id))',
    replacement:
      '$markedOne({ ...((await $repository.unsnooze(user_id, $id)) ?? $notFound($id)), changed: false })',
    caughtBy: 'at once',
  },
  {
    name: 'a button that is pressed is not pushed',
    pattern: `${taken} return $markedOne($pressed);`,
    replacement: `${taken} return $markedOne({ ...$pressed, changed: false });`,
    caughtBy: 'at once',
  },
  {
    name: 'the tick does not know when a notification expires',
    pattern: announceCreate,
    replacement: '$announce($alert_after && $clock() + $alert_after * 1_000)',
    caughtBy: 'timers fire once, in time',
    isRare: true,
  },
  {
    name: 'the tick does not know when to tell that a notification is unread',
    pattern: announceCreate,
    replacement: '$announce($dueAt($expires_at))',
    caughtBy: 'timers fire once, in time',
    isRare: true,
  },
  {
    name: 'the tick takes seconds for milliseconds',
    pattern: announceCreate,
    replacement: '$announce($dueAt($expires_at), $alert_after && $clock() + $alert_after * 1_000_000)',
    caughtBy: 'timers fire once, in time',
    isRare: true,
  },
  {
    name: 'the tick does not know when a create is to be sent',
    pattern: announceSchedule,
    replacement: '',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'the tick does not know when a snooze ends',
    pattern: 'await $dueTimes.by($msOf($until));',
    replacement: '',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'the tick does not know of events',
    pattern: 'if ($hasEvents) await $dueTimes.by($clock());',
    replacement: '',
    caughtBy: 'events are sent',
  },
  {
    name: 'what the tick does is not pushed',
    pattern: fired,
    below: tick,
    replacement: '$publisher.publish([])',
    caughtBy: 'at once',
  },
  {
    name: 'the first change alone of those that the tick makes is pushed',
    pattern: fired,
    below: tick,
    replacement: '$publisher.publish($fired.flatMap($toPush).slice(0, 1))',
    caughtBy: 'at once',
    isRare: true,
  },
  {
    name: 'what has woken is pushed as an edit',
    pattern: "({ type: 'notification.created', ...$state, notification })",
    below: tick,
    replacement: "({ type: 'notification.updated', ...$state, notification })",
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'what has expired is pushed as read',
    pattern: "({ type: 'inbox.marked', ...$state, action: 'archive', status: 'archived', ids })",
    below: tick,
    replacement: "{ type: 'inbox.marked', ...$state, action: 'read', status: 'read', ids }",
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'the tick looks ten minutes late',
    pattern: isDue,
    replacement: `(${isDue.replace('<= $now', '<= $now - 600_000')})`,
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'the tick forgets what is due next',
    pattern: '$next_due !== null && { due_at: $next_due }',
    replacement: 'false',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'a tick that finds notifications due does nothing',
    pattern: isQuiet,
    replacement: '$before.events_late_ms === 0',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'a scheduled create is settled before it is sent',
    pattern: "await $service.create({ ...$command, $key }, $policy.rule($command), 'schedule');",
    replacement:
      "await timers.settleScheduled(id, 'sent'); await $service.create({ ...$command, $key }, $policy.rule($command), 'schedule');",
    caughtBy: 'timers fire once, in time',
    isRare: true,
  },
  {
    name: 'a scheduled create is settled and not sent',
    pattern: "await $service.create({ ...$command, $key }, $policy.rule($command), 'schedule');",
    replacement: '',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'a scheduled create has another key each time that it is sent',
    pattern: `$command.idempotency_key ?? \`scheduled:\${$id}\``,
    replacement: 'crypto.randomUUID()',
    caughtBy: 'one row for a key',
    isRare: true,
  },
  {
    name: 'a scheduled create that is to expire is not sent',
    pattern: 'if (expired_at !== null) throw new ValidationError([hasExpired(expired_at)]);',
    replacement:
      'if (command.expires_at !== null) throw new ValidationError([hasExpired(command.expires_at)]);',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'a scheduled create is sent again and again',
    pattern: "await $timers.settleScheduled($id, 'sent');",
    replacement: '',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'a scheduled create is sent at once',
    pattern: 'if ($deliver_at === null) return $service.create($create, $policy.rule($create), $door.name);',
    replacement: 'return $service.create($create, $policy.rule($create), $door.name);',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'events are deleted before they are kept',
    pattern:
      'const $results = await Promise.allSettled($taken.map(({ outbox_id: _, ...event }) => $events.keep(event)));',
    replacement: `await timers.dropEvents($taken.map(({ outbox_id }) => outbox_id));
      const $results = await Promise.allSettled($taken.map(({ outbox_id: _, ...event }) => $events.keep(event)));`,
    caughtBy: 'events are sent',
  },
  {
    name: 'events that were not kept are deleted',
    pattern: "$taken.filter((_, $index) => $results[$index]?.status === 'fulfilled')",
    replacement: '$taken',
    caughtBy: 'events are sent',
  },
  {
    name: 'an event says its place in the outbox',
    pattern: '({ outbox_id: _, ...event }) => $events.keep(event)',
    replacement: '(event) => $events.keep(event)',
    caughtBy: 'events are sent',
  },
  {
    name: 'an event has another id each time that it is sent',
    pattern: '({ outbox_id: _, ...event }) => $events.keep(event)',
    replacement: '({ outbox_id: _, ...event }) => $events.keep({ ...event, id: crypto.randomUUID() })',
    caughtBy: 'events are sent',
  },
  {
    name: 'an event that the bus has refused counts as sent',
    pattern: 'if ($reason === undefined) continue;',
    replacement: 'continue;',
    caughtBy: 'events are sent',
  },
  {
    name: 'an event that the bus has refused is left out of the next try',
    pattern: 'return $start + $index;',
    replacement: 'return $start + $index + 1;',
    caughtBy: 'events are sent',
  },
  {
    name: 'the bus has taken what it could not be reached for',
    pattern: 'return $events.map(() => $reason);',
    replacement: 'return $events.map(() => undefined);',
    caughtBy: 'events are sent',
  },
];

/** Mistakes in what the client makes of notifications that live. */
export const livingClientMutants: readonly Mutant[] = [
  {
    name: 'what changes say is retracted stays',
    pattern: 'if (!$news.reset) $inbox.add($news, $since); else $begin();',
    replacement: `if (!$news.reset) {
      $inbox.add({ ...$news, data: $news.data.filter(({ status }) => status !== 'retracted') }, $since);
    } else $begin();`,
    caughtBy: 'shown as stored',
  },
  {
    name: 'a frame that retracts several waits for those before it',
    pattern: "if ('action' in $frame && $frame.action === 'retract') { $$$retract; }",
    replacement: '',
    caughtBy: 'retracted is gone',
  },
  {
    name: 'archiving several leaves the snoozed ones alone',
    pattern: "({ unread: 'archived', read: 'archived', snoozed: 'archived' })",
    replacement: "{ unread: 'archived', read: 'archived' }",
    below: 'client/src',
    caughtBy: 'shown as stored',
    isRare: true,
  },
  {
    name: 'what is archived still says until when it was snoozed',
    pattern: '({ ...$row, $status, snoozed_until: null, version: $frame.version })',
    replacement: '{ ...$row, $status, version: $frame.version }',
    caughtBy: 'shown as stored',
  },
  {
    name: 'the answer to a change of one row is taken for its frame',
    pattern: 'if ($notification) $inbox.add({ ...$answer, data: [$notification] });',
    replacement:
      "if ($notification) $inbox.onFrame({ ...$answer, type: 'notification.updated', notification: $notification } as never);",
    caughtBy: 'shown as stored',
  },
  {
    name: 'a change of one row goes to the row after it',
    pattern: `\`\${$id}/\${$path}\``,
    below: 'client/src',
    replacement: `\`\${$id + 1}/\${$path}\``,
    caughtBy: 'a click comes true',
  },
  {
    name: 'a row that moves up is announced once for each change',
    pattern: 'if ($position <= $newest) return;',
    replacement: 'if ($position < $newest) return;',
    caughtBy: 'announced once',
  },
];
