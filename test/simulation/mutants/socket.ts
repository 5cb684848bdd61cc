import type { Mutant } from '../mutate.ts';

/** Mistakes in the client's socket to the service: tabs, sockets, tokens and who is signed in. */
export const socketMutants: readonly Mutant[] = [
  {
    name: 'a tab that has joined late is not told what was said before',
    pattern: '$check(false); if ($isLate) $store.$sync();',
    replacement: '$check(false);',
    caughtBy: 'at once',
  },
  {
    name: 'nothing is asked for after a socket has opened',
    pattern: 'if ($isOpened) await $store.$sync();',
    replacement: '',
    caughtBy: 'at once',
  },
  {
    name: 'the other tabs are not told of a socket that has opened',
    pattern: '$channel?.postMessage({ ...$message, error: $$copy }); return $learn($message);',
    replacement:
      '$channel?.postMessage({ ...$message, error: $$copy, isOpened: false }); return $learn($message);',
    caughtBy: 'at once',
  },
  {
    name: 'the leader keeps frames to itself',
    pattern: '$channel?.postMessage({ ...$message, error: $$copy }); return $learn($message);',
    replacement:
      '$channel?.postMessage({ ...$message, error: $$copy, frame: undefined }); return $learn($message);',
    caughtBy: 'at once',
  },
  {
    name: 'nobody handles that a look at the unread count has failed',
    pattern: 'const $mine = $failureOf($$polled); $asked = $mine;',
    replacement: 'const $mine = $$polled.then(() => undefined); $asked = $mine;',
    caughtBy: 'comes to rest',
  },
  {
    name: 'nothing is asked for when a page comes to the front, nor now and then',
    pattern: '$nudge($isUsed); return $store.$sync();',
    replacement: '$nudge($isUsed);',
    caughtBy: 'shown as stored',
    isRare: true,
  },
  {
    name: 'nothing is asked for now and then while the socket is well',
    pattern:
      "if ($state === 'leader') $connection.$tick(); else $nudge(false); if ($now() < $syncAt) return;",
    replacement:
      "if ($state === 'leader') $connection.$tick(); else $nudge(false); if ($state === 'leader' || $now() < $syncAt) return;",
    caughtBy: 'shown as stored',
  },
  {
    name: 'a deposed tab keeps its socket',
    pattern: '$connection.close(); $compete(); $wake(false);',
    replacement: '$compete(); $wake(false);',
    caughtBy: 'one socket for all tabs',
  },
  {
    name: 'a tab whose first token has failed does not join the others',
    pattern:
      "if ($state === 'leader') $connection.$wake($isUsed); else if ($state === 'joining') $join(true); else $check($isUsed);",
    replacement: "if ($state === 'leader') $connection.$wake($isUsed); else $check($isUsed);",
    caughtBy: 'every page has a socket',
  },
  {
    name: 'a tab that is left while it joins the others joins them nevertheless',
    pattern: "if ($state !== 'joining') return;",
    replacement: '',
    caughtBy: 'shown as stored',
    isRare: true,
  },
  {
    name: 'a page that is left keeps its place among the tabs',
    pattern: "$connection.close(); $lock.abort(); $state = 'away'; $channel?.close(); $channel = undefined;",
    replacement: "$connection.close(); $state = 'away';",
    caughtBy: 'every page has a socket',
  },
  {
    name: 'a lost socket does not come back',
    pattern: "if (!$next) $pause(); $tell({ status: 'connecting' });",
    replacement: "$tell({ status: 'connecting' });",
    caughtBy: 'every page has a socket',
  },
  {
    name: 'a failed socket is not tried again',
    pattern:
      'if ($isNext && $current) $pause(); else if ($isNext && !$asked) $poll(); else if ($isCurrent) { $$$lost }',
    replacement: 'if (!$isNext && $isCurrent) { $$$lost }',
    caughtBy: 'every page has a socket',
  },
  {
    name: 'a socket is not renewed before its pushes end',
    pattern: 'if ($now() >= $renewAt && !$next) $open();',
    replacement: '',
    caughtBy: 'every page has a socket',
    isRare: true,
  },
  {
    name: 'the old socket stays beside the new one',
    pattern: "$tell({ status: 'live', isOpened: true }).then(() => $drop($before))",
    replacement: "$tell({ status: 'live', isOpened: true })",
    caughtBy: 'requests are few',
  },
  {
    name: 'a silent socket is believed',
    pattern: '$tested.$cancel = $after($pongWithinMs, () => $ended($tested));',
    replacement: '',
    caughtBy: 'every page has a socket',
  },
  {
    name: 'a socket is pinged as seldom as if no page could be seen',
    pattern: 'const $mostMs = $isInSight ? $inSightMs : $longestMs; if ($$isSilent) $ping();',
    replacement: 'const $mostMs = $longestMs; if ($$isSilent) $ping();',
    caughtBy: 'every page has a socket',
  },
  {
    name: 'a hidden leader does not ping for a page that can be seen',
    pattern: "$connection.$test($message !== 'hidden')",
    replacement: '$connection.$test(false)',
    caughtBy: 'every page has a socket',
    isRare: true,
  },
  {
    name: 'a socket is renewed by the tick that is too late',
    pattern: '($life - 60_000) * (0.8 + 0.1 * $random())',
    replacement: '$life * (0.8 + 0.1 * $random())',
    caughtBy: 'every page has a socket',
    isRare: true,
  },
  {
    name: 'nothing is asked for without a socket',
    pattern: '$isCut = false; $unplan = $after($everyMs, $poll);',
    replacement: '$isCut = false;',
    caughtBy: 'shown as stored',
  },
  {
    name: 'a page that is used does not take its socket back after a goodbye',
    pattern: 'if ($isUsed) $isReplaced = false; else $failures = 0;',
    replacement: 'if (!$isUsed) $failures = 0;',
    caughtBy: 'every page has a socket',
    isRare: true,
  },
  {
    name: 'an expired token is used again',
    pattern: '$now() + $ms < $expiresAt ? $token : $renew()',
    replacement: '$token || $renew()',
    caughtBy: 'expired tokens are not used',
  },
  {
    name: 'another user signs in and nobody notices',
    pattern: '$identity !== undefined && $other !== $identity',
    replacement: 'false',
    caughtBy: 'only one’s own',
  },
  {
    name: 'the last snapshot of a user is shown to the next',
    pattern: 'const $next = { ...$shown, status, error }; if ($signal.aborted) return;',
    replacement: 'const $next = { ...$shown, status, error };',
    caughtBy: 'only one’s own',
  },
  {
    name: 'a change that was answered shows for ever',
    pattern: '$change.$until = $answer.version;',
    replacement: '',
    caughtBy: 'unread count',
  },
  {
    name: 'an answer that is misread is taken for a refusal',
    pattern: '$change.until = $answer.version;',
    replacement: '$change.until = (null as never as typeof $answer).version;',
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'rows are not looked at again when a change of theirs begins or ends',
    pattern: '$inbox.redraw($$ids);',
    replacement: '',
    caughtBy: 'at once',
  },
  {
    name: 'a change that was refused stays to be seen',
    pattern: '$change.until = -1;',
    replacement: '',
    caughtBy: 'shown as stored',
  },
  {
    name: 'a frozen leader stays the leader',
    pattern: '$lock.abort(); $compete(true);',
    replacement: '$lock.abort();',
    caughtBy: 'every page has a socket',
  },
  {
    name: 'the leader answers nobody',
    pattern: 'if (!$connection.$test($$isInSight)) $tell($store.known());',
    replacement: '$connection.$test($$isInSight);',
    caughtBy: 'requests are few',
  },
];
