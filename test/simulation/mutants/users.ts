import type { Mutant } from '../mutate.ts';

/** Mistakes in whose notifications a client shows, keeps and counts. */
export const userMutants: readonly Mutant[] = [
  {
    name: 'initialData is shown without a look at whose it is',
    pattern: 'if ($held && $userId?.toLowerCase() === $held.user_id) $release($held);',
    replacement: 'if ($held) $release($held);',
    caughtBy: 'only one’s own',
  },
  {
    name: 'initialData that was held is not compared with the first answer',
    pattern: 'if ($held && $held.user_id !== $answer.user_id) return false;',
    replacement: '',
    caughtBy: 'shown as stored',
  },
  {
    name: 'whose inbox it is, the first frame may say',
    pattern: 'if (!$isProven) { $early.push($frame); return; }',
    replacement: 'owner ??= $frame.user_id;',
    caughtBy: 'only one’s own',
    isRare: true,
  },
  {
    name: 'frames from before the first answer are thrown away',
    pattern: 'for (const $frame of $early.splice(0)) $onFrame($frame);',
    replacement: '',
    caughtBy: 'at once',
    isRare: true,
  },
  {
    name: 'frames and messages of another user count',
    pattern: "if (!$isOwn($frame) || ('notification' in $frame && !$isOwn($frame.notification))) return;",
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
    pattern: 'if ($owner !== $user_id) return false;',
    replacement: '',
    caughtBy: 'only one’s own',
  },
  {
    name: 'an answer of another user is refused, and the session goes on',
    pattern: 'if (!$end.signal.aborted && !$store.$prove($answer)) $onOtherUser();',
    replacement: `if (!$store.$prove($answer)) throw new NotificationError('unexpected', 'Another user.');`,
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'answers to a session that has ended count',
    pattern: '$end.signal.throwIfAborted();',
    replacement: '',
    caughtBy: 'only one’s own',
    isRare: true,
  },
];
