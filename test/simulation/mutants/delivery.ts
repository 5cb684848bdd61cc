import type { Mutant } from '../mutate.ts';

/** Where a redelivery has looked the connections up, or failed to. */
const lookedUp = "if (!$round) return $left; $metrics.count('PostsRedelivered', $round.posted);";
const lookedUpAnd = (left: string) =>
  `if (!$round) return ${left}; $metrics.count('PostsRedelivered', $round.posted);`;

/** Mistakes in how pushes reach the sockets, and in what is still to be delivered. */
export const deliveryMutants: readonly Mutant[] = [
  {
    name: 'a failed look-up leaves nothing',
    pattern: 'await $enqueue($push, undefined, $start);',
    replacement: '',
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'failed posts leave nothing',
    pattern: '$unposted.length > 0 && $enqueue($push, $unposted, $start)',
    replacement: 'false',
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'a push that cannot be queued fails its change',
    pattern: `$logger.error('redelivery_not_queued', { user_id: $left.user_id, reason: $reasonOf($error) });
      return false;`,
    replacement: 'throw $error;',
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'failed posts count as posted',
    pattern: "$having('posted').length",
    replacement: "$having('posted', 'failed').length",
    caughtBy: 'reports add up',
  },
  {
    name: 'a refused post counts as gone',
    pattern: "[$having('posted').length, $having('gone'), $having('failed', 'late')]",
    replacement: "[$having('posted').length, $having('gone', 'failed'), $having('late')]",
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'connections that have expired are pushed to',
    pattern: "if ($now >= expires_at) return 'expired';",
    replacement: '',
    caughtBy: 'not past the lifetime',
    isRare: true,
  },
  {
    name: 'a redelivery that fails is over',
    pattern: 'if ($left) await $again($left, $deadline);',
    replacement: '',
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'a redelivery whose look-up fails is over',
    pattern: lookedUp,
    replacement: lookedUpAnd('undefined'),
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'a redelivery is given up after its first attempt',
    pattern: 'attempt < $attempts',
    below: 'functions',
    replacement: 'false',
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'a whole frame that fails leaves nothing',
    pattern: '$round.unposted.length > 0 ? { ...$left, connections: $round.unposted } : undefined',
    // A whole frame is of attempt 0.
    replacement:
      '$left.attempt && $round.unposted.length > 0 ? { ...$left, connections: $round.unposted } : undefined',
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'a whole frame whose look-up fails leaves nothing',
    pattern: lookedUp,
    replacement: lookedUpAnd('$left.attempt ? $left : undefined'),
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'a goodbye that fails again is over',
    pattern: '$connections.length > 0 ? { ...$goodbye, connections } : undefined',
    replacement: 'undefined',
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'expired connections are forgotten and left open, live ones too',
    pattern: 'const $closed = $gone.filter(($connection) => $isSettled($connection, $clock()));',
    replacement: 'const $closed = $gone;',
    caughtBy: 'open sockets are registered',
  },
  {
    name: 'of the pushes that are queued whole only the first is',
    pattern: '$pushes.map(($push) => $put($wholeOf($push, randomUUID()), $start))',
    replacement: '$pushes.slice(0, 1).map(($push) => $put($wholeOf($push, randomUUID()), $start))',
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'a queued inbox.changed says the version before',
    pattern: 'JSON.stringify($inboxChanged($left))',
    replacement: 'JSON.stringify($inboxChanged({ ...$left, version: $left.version - 1 }))',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a goodbye that could not be said is forgotten',
    pattern: `const $areQueued = await $tellLater($left);
      await Promise.all([...$ended, ...($areQueued ? $left : [])].map($forget));`,
    replacement: 'await Promise.all([...$ended, ...$left].map($forget));',
    caughtBy: 'pending deliveries are kept',
  },
  {
    name: 'a replaced connection is closed without a goodbye',
    pattern: 'await $gateway.post(connection_id, JSON.stringify($goodbye))',
    replacement: "'posted'",
    caughtBy: 'every page has a socket',
  },
];
