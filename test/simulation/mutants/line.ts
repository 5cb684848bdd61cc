import type { Mutant } from '../mutate.ts';

/** Mistakes in the client's line to the service: tabs, sockets, tokens and who is signed in. */
export const lineMutants: readonly Mutant[] = [
  {
    name: 'a tab that has joined late is not told what was said before',
    pattern: '$election = $join($$$parts); if ($isLate) $feed.$sync();',
    replacement: '$election = $join($$$parts);',
    caughtBy: 'at once',
  },
  {
    name: 'nothing is asked for after a socket has opened',
    pattern: '$election?.$tell({ $isOpened: true }); return $feed.$sync();',
    replacement: '$election?.$tell({ $isOpened: true }); return Promise.resolve();',
    caughtBy: 'at once',
  },
  {
    name: 'the other tabs are not told of a socket that has opened',
    pattern: 'if ($status) $setStatus($status); if ($isOpened) $feed.$sync();',
    replacement: 'if ($status) $setStatus($status);',
    caughtBy: 'at once',
  },
  {
    name: 'the leader keeps frames to itself',
    pattern: '$election?.$tell({ $frame }); $feed.$onFrame($frame);',
    replacement: '$feed.$onFrame($frame);',
    caughtBy: 'at once',
  },
  {
    name: 'nobody handles that a look at the unread count has failed',
    pattern: `$api.$unreadCount().then(
      ($state) => { $share({ type: 'inbox.changed', ...$state }); return $hasWorked(); },
      $hasWorked)`,
    replacement: `$api.$unreadCount().then(
      ($state) => { $share({ type: 'inbox.changed', ...$state }); return $hasWorked(); })`,
    caughtBy: 'comes to rest',
  },
  {
    name: 'nothing is asked for when a page comes to the front, nor now and then',
    pattern: 'if ($isAway) return; $feed.$sync(); $nudge($isUsed);',
    replacement: 'if ($isAway) return; $nudge($isUsed);',
    caughtBy: 'shown as stored',
    isRare: true,
  },
  {
    name: 'nothing is asked for now and then while the line is well',
    pattern: `if ($connection) $connection.$tick(); else $nudge(false);
      if ($now() - $syncedAt < $syncEveryMs) return;`,
    replacement: `if ($connection) $connection.$tick(); else $nudge(false);
      if ($connection || $now() - $syncedAt < $syncEveryMs) return;`,
    caughtBy: 'shown as stored',
  },
  {
    name: 'a deposed tab keeps its socket',
    pattern: 'function $deposed() { $stopLeading(); $wake(false); }',
    replacement: 'function $deposed() { $wake(false); }',
    caughtBy: 'one line for all tabs',
  },
  {
    name: 'a tab whose first token has failed does not join the others',
    pattern: `if ($connection) $connection.$wake($isUsed);
      else if ($election) $election.$check($isUsed);
      else $join(true);`,
    replacement: `if ($connection) $connection.$wake($isUsed);
      else if ($election) $election.$check($isUsed);`,
    caughtBy: 'every page has a line',
  },
  {
    name: 'a tab joins the others twice',
    pattern: "if ($isAway || $election) return; if (!$isKnown) return $setStatus('offline');",
    replacement: "if ($isAway) return; if (!$isKnown) return $setStatus('offline');",
    caughtBy: 'one line for all tabs',
    isRare: true,
  },
  {
    name: 'a page that is left keeps its place among the tabs',
    pattern: '$stopLeading(); $election?.$leave(); $election = undefined;',
    replacement: '$stopLeading(); $election = undefined;',
    caughtBy: 'every page has a line',
  },
  {
    name: 'a lost socket does not come back',
    pattern: "$onStatus('connecting'); $retry();",
    replacement: "$onStatus('connecting');",
    caughtBy: 'every page has a line',
  },
  {
    name: 'a failed socket is not tried again',
    pattern: '$attempt = undefined; if (!$line) $ask(); $retry();',
    replacement: '$attempt = undefined; if (!$line) $ask();',
    caughtBy: 'every page has a line',
  },
  {
    name: 'a socket is not renewed before its pushes end',
    pattern: 'if ($now() >= $renewAt && !$isWaiting) $connect();',
    replacement: '',
    caughtBy: 'every page has a line',
    isRare: true,
  },
  {
    name: 'the old socket stays beside the new one',
    pattern: '$onOpen().then(() => $before && $drop($before))',
    replacement: '$onOpen()',
    caughtBy: 'requests are few',
  },
  {
    name: 'a silent socket is believed',
    pattern: '$mine.$timeout = $after($pongWithinMs, () => $lost($mine));',
    replacement: '',
    caughtBy: 'every page has a line',
  },
  {
    name: 'a goodbye is not heeded',
    pattern: "$frame.type === 'goodbye' && $mine === $line && !$attempt",
    replacement: 'false',
    caughtBy: 'requests are few',
  },
  {
    name: 'a line is renewed by the tick that is too late',
    pattern: '($life - 60_000) * (0.8 + 0.1 * $random())',
    replacement: '$life * (0.8 + 0.1 * $random())',
    caughtBy: 'every page has a line',
    isRare: true,
  },
  {
    name: 'nothing is asked for without a line',
    pattern: 'if ($now() - $polledAt >= $pollEveryMs) $ask();',
    replacement: '',
    caughtBy: 'shown as stored',
  },
  {
    name: 'a page that is used does not take its line back after a goodbye',
    pattern: 'if ($isUsed) $isReplaced = false; else $failures = 0;',
    replacement: 'if (!$isUsed) $failures = 0;',
    caughtBy: 'every page has a line',
    isRare: true,
  },
  {
    name: 'an expired token is used again',
    pattern: '$environment.now() + $ms < $expiresAt ? $token : $renew()',
    replacement: '$token || $renew()',
    caughtBy: 'expired tokens are not used',
  },
  {
    name: 'a refused token is sent again',
    pattern: '$token === $refused ? $renew(true) : $current()',
    replacement: '$refused ? $current() : $renew(true)',
    caughtBy: 'shown as stored',
  },
  {
    name: 'another user signs in and nobody notices',
    pattern: '!$isClosed && $identity !== undefined && $other !== $identity',
    replacement: '$isClosed && $identity !== undefined && $other !== $identity',
    caughtBy: 'only one’s own',
  },
  {
    name: 'the last snapshot of a user is shown to the next',
    pattern: '$isClosed || $onChange($store.$snapshot())',
    replacement: '$onChange($store.$snapshot())',
    caughtBy: 'only one’s own',
  },
  {
    name: 'tabs of all users share one line',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template in the code that is changed
    pattern: '`belfry ${$apiUrl} ${$webSocketUrl} ${$identity}`',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template in the code that is changed
    replacement: '`belfry ${$apiUrl} ${$webSocketUrl}`',
    caughtBy: 'only one’s own',
    isRare: true,
  },
  {
    name: 'a change that was answered shows for ever',
    pattern: '$change.$until = $version; $note(); return true;',
    replacement: '$note(); return true;',
    caughtBy: 'unread count',
  },
  {
    name: 'an answer that is misread is taken for a refusal',
    pattern: '$inbox.$marked($answer); return $answer.version;',
    replacement: '$inbox.$marked($answer.notification); return $answer.version;',
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'a change that was refused stays to be seen',
    pattern: '$changes = $changes.filter(($each) => $each !== $change);',
    replacement: '',
    caughtBy: 'shown as stored',
  },
  {
    name: 'a frozen leader stays the leader',
    pattern: '$request({ steal: true });',
    replacement: '',
    caughtBy: 'every page has a line',
  },
  {
    name: 'the leader answers nobody',
    pattern: "if (typeof $data === 'boolean') { if ($isLeader) $onAsked($data); } else $$$hear;",
    replacement: "if (typeof $data === 'boolean') { if (!$isLeader) $onAsked($data); } else $$$hear",
    caughtBy: 'every page has a line',
  },
];
