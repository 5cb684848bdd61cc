import type { Mutant } from '../mutate.ts';

/** What has failed is planned again. */
const plan = '$plan($backoffMs($random, $failures, $error));';

/** Mistakes in the client's rule that merges pages, changes, frames and answers, and in when it asks. */
export const mergeMutants: readonly Mutant[] = [
  {
    name: 'a gap is seen where there is none',
    pattern: 'if ($version >= 0 && $version < $state.version) $onGap();',
    replacement: '$onGap();',
    caughtBy: 'requests are few',
  },
  {
    name: 'any frame with a higher version is applied',
    pattern: '$frame.version === $version + 1 && $isWhole($frame)',
    replacement: '$isWhole($frame)',
    caughtBy: 'shown as stored',
  },
  {
    name: 'rows are not compared by version',
    pattern: 'if ($held && $held.version >= $row.version) return;',
    replacement: '',
    caughtBy: 'at once',
    isRare: true,
  },
  {
    name: 'the count is not compared by version',
    pattern: 'if ($heard.version >= $state.version) $state = $heard;',
    replacement: '$state = $heard;',
    caughtBy: 'at once',
  },
  {
    name: 'a page moves the version',
    pattern: "if ('next_cursor' in $answer) $turnTo($answer);",
    replacement:
      "if ('next_cursor' in $answer) { $turnTo($answer); version = Math.max(version, $answer.version); }",
    caughtBy: 'shown as stored',
  },
  {
    name: 'a row learnt late does not step back',
    pattern: '$at < $version && $hasFresh',
    replacement: 'false',
    caughtBy: 'at once',
    isRare: true,
  },
  {
    name: 'a read-all has no bound in place',
    pattern: '[...$items.values()].filter(($row) => $isWithin($row, $frame))',
    replacement: '[...$items.values()]',
    caughtBy: 'shown as stored',
  },
  {
    name: 'changes asked for above the version move it',
    pattern: 'const $isGapless = $since <= $version;',
    replacement: 'const $isGapless = true;',
    caughtBy: 'at once',
    isRare: true,
  },
  {
    name: 'a reset keeps the old rows',
    pattern: '$items.clear(); for (const $row of $page.data) $applyRow($row);',
    replacement: 'for (const $row of $page.data) $applyRow($row);',
    caughtBy: 'shown as stored',
  },
  {
    name: 'a gap is not filled',
    pattern: 'if ($version >= 0 && $version < $state.version) $onGap();',
    replacement: '',
    caughtBy: 'at once',
  },
  {
    name: 'inbox.changed is taken for the change',
    pattern: '$frame.version === $version + 1 && $isWhole($frame)',
    replacement: '$frame.version === $version + 1',
    caughtBy: 'shown as stored',
  },
  {
    name: 'the answer to a change that has changed nothing is taken for its frame',
    pattern: "([$updated].flat()[0] && $frames[$change.path]) || 'inbox.changed'",
    replacement: "$frames[$change.path] || 'inbox.changed'",
    caughtBy: 'shown as stored',
  },
  {
    name: 'rows below the last page are shown',
    pattern: '$held?.position === $position && $position >= $tail',
    replacement: '$held?.position === $position',
    caughtBy: 'shown as stored',
  },
  {
    name: 'rows are shown in the order in which they came',
    pattern: '[...$changed].sort(([$a], [$b]) => $b - $a)',
    replacement: '$changed',
    caughtBy: 'in order, once',
  },
  {
    name: 'a row that has changed is not looked at again',
    pattern: '$items.set($row.id, $row); $redraw([$row.id]);',
    replacement: '$items.set($row.id, $row);',
    caughtBy: 'shown as stored',
  },
  {
    name: 'rows are not looked at again when the last page is another',
    pattern: 'tail = $$first; $redraw();',
    replacement: 'tail = $$first;',
    caughtBy: 'shown as stored',
  },
  {
    name: 'frames that come before the first page are thrown away',
    pattern: 'waiting.push($frame);',
    replacement: 'if (!isProven || version >= 0) waiting.push($frame);',
    caughtBy: 'at once',
  },
  {
    name: 'a reset does not begin anew',
    pattern: '$inbox.begin(); $generation += 1;',
    replacement: '$generation += 1;',
    caughtBy: 'at once',
  },
  {
    name: 'rows are told as new without regard to those that have come',
    pattern: 'if ($id <= $newest) return;',
    replacement: '',
    caughtBy: 'announced once',
  },
  {
    name: 'a new notification is announced without itself',
    pattern: 'queueMicrotask(() => $listener($event))',
    replacement: 'queueMicrotask(() => $listener(undefined))',
    caughtBy: 'comes to rest',
  },
  {
    name: 'a request for changes that failed is not tried again',
    pattern: plan,
    replacement: `if (since < 0) ${plan}`,
    caughtBy: 'at once',
  },
  {
    name: 'a first page that failed is not tried again',
    pattern: plan,
    replacement: `if (since >= 0) ${plan}`,
    caughtBy: 'at once',
  },
  {
    name: 'a reset is taken for an answer without changes',
    pattern: '!$answer.reset',
    replacement: 'true',
    caughtBy: 'shown as stored',
  },
  {
    name: 'a list without the read ones does not ask for the unread ones',
    pattern: "$status.includes('read') ? ['unread', ...$status] : $status",
    replacement: '$status',
    caughtBy: 'at once',
  },
  {
    name: 'what is loading when a paused client changes its filter keeps it from loading',
    pattern: '$asked = $nextPage = undefined; if ($isPaused) $onChange(); else $sync();',
    replacement: 'if ($isPaused) $onChange(); else $sync();',
    caughtBy: 'shown as stored',
  },
  {
    name: 'changes are asked for from one version too late',
    pattern: `\`GET /notifications/changes?since=\${$since}\``,
    replacement: `\`GET /notifications/changes?since=\${$since + 1}\``,
    caughtBy: 'shown as stored',
  },
  {
    name: 'after a reset nothing is asked for',
    pattern: 'if (!$news.reset) $inbox.add($news, $since); else $begin();',
    replacement: 'if (!$news.reset) $inbox.add($news, $since); else $inbox.begin();',
    caughtBy: 'at once',
  },
  {
    name: 'a question that comes while another is under way is forgotten',
    pattern: 'if ($asked) $onGap(); else { $askedAt = $now(); $asked = $ask(); }',
    replacement: 'if (!$asked) { $askedAt = $now(); $asked = $ask(); }',
    caughtBy: 'at once',
    isRare: true,
  },
  {
    name: 'an answer of an earlier list is taken for this one',
    pattern: '$mine === $generation && $take($answer)',
    replacement: '$take($answer)',
    caughtBy: 'shown as stored',
    isRare: true,
  },
];
