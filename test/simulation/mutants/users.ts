import type { Mutant } from '../mutate.ts';

/** Mistakes in whose notifications a client shows, keeps and counts. */
export const userMutants: readonly Mutant[] = [
  {
    name: 'initialData is shown without a look at whose it is',
    pattern: '$inbox.isProven() || $$named === $inbox.owner()',
    replacement: 'true',
    caughtBy: 'only one’s own',
  },
  {
    name: 'initialData is not compared with the first answer',
    pattern: '$owner ??= $user_id;',
    replacement: '$owner = $user_id;',
    caughtBy: 'only one’s own',
  },
  {
    name: 'whose inbox it is, the first frame may say',
    pattern: 'if (!$isProven) return; waiting = $$ahead;',
    replacement: 'owner ??= waiting[0]?.user_id ?? null; waiting = $$ahead;',
    caughtBy: 'only one’s own',
    isRare: true,
  },
  {
    name: 'frames from before the first answer are thrown away',
    pattern: '$isProven = $owner === $user_id;',
    replacement: 'if (!$isProven) waiting = []; $isProven = $owner === $user_id;',
    caughtBy: 'at once',
    isRare: true,
  },
  {
    name: 'frames and messages of another user count',
    pattern:
      "if (!$isOwn($frame) || ('notification' in $frame && !$isOwn($frame.notification))) return false;",
    replacement: '',
    caughtBy: 'requests are few',
  },
  {
    name: 'frames count that name the user and have a notification of another',
    pattern: "!$isOwn($frame) || ('notification' in $frame && !$isOwn($frame.notification))",
    replacement: '!$isOwn($frame)',
    caughtBy: 'requests are few',
  },
  {
    name: 'an answer of another user is merged',
    pattern: '$isProven = $owner === $user_id; $drain();',
    replacement: '$isProven = true; $drain();',
    caughtBy: 'only one’s own',
  },
  {
    name: 'an answer of another user is refused, and the session goes on',
    pattern: 'if ($answer.user_id && !$store.$prove($answer)) $onOtherUser();',
    replacement: `if ($answer.user_id && !$store.$prove($answer)) throw new NotificationError('unexpected', 'Another user.');`,
    caughtBy: 'shown as stored',
  },
  {
    name: 'answers to a session that has ended count',
    pattern: '$signal.throwIfAborted(); if ($answer.user_id && !$store.$prove($answer)) $onOtherUser();',
    replacement: 'if ($answer.user_id && !$store.$prove($answer)) $onOtherUser();',
    caughtBy: 'only one’s own',
    isRare: true,
  },
];
