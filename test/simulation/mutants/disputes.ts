import type { Mutant } from '../mutate.ts';

const update = '$repository.update($patch, $realert, $user_ids, $key, $forbidden)';
const announceUpdate = '$announce($dueAt($patch.expires_at), $realert ? $clock() + $realertLookMs : null)';
const patchedExpiry = '$given.expires_at !== undefined && { expires_at: $given.expires_at }';
const pressed =
  'const $pressed = (await $repository.press(user_id, $id, $button)) ?? $noSuchButton($id, $button);';
const unpressed = '$repository.unpress(user_id, $id, $button)';

/** Mistakes in edits of an expiry, in what restricted types are, and in which button wins. */
export const disputeMutants: readonly Mutant[] = [
  {
    name: 'an edit forgets when the notification expires',
    pattern: update,
    replacement:
      '$repository.update((({ expires_at: _, ...rest }) => rest)($patch), $realert, $user_ids, $key, $forbidden)',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'an edit cannot take an expiry away',
    pattern: patchedExpiry,
    replacement: '$given.expires_at && { expires_at: $given.expires_at }',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'an edit takes an expiry away that it does not name',
    pattern: patchedExpiry,
    replacement: '{ expires_at: $given.expires_at ?? null }',
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'the tick does not know when an edited notification expires',
    pattern: announceUpdate,
    replacement: '$announce($realert ? $clock() + $realertLookMs : null)',
    caughtBy: 'timers fire once, in time',
    isRare: true,
  },
  {
    name: 'the tick looks only for edits that move a notification up',
    pattern: announceUpdate,
    replacement: '$announce($realert ? $dueAt($patch.expires_at) : null)',
    caughtBy: 'timers fire once, in time',
    isRare: true,
  },
  {
    name: 'every event source may create a restricted type',
    pattern: 'if (!$restricted || $restricted.sources.includes($source)) return;',
    replacement: 'return;',
    caughtBy: 'restricted types are their senders’',
  },
  {
    name: 'every token may create a restricted type',
    pattern: `$restricted ? [$createScope, \`\${$createScope}:\${$restricted.name}\`] : [$createScope]`,
    replacement: '[$createScope]',
    caughtBy: 'restricted types are their senders’',
  },
  {
    name: 'a restricted type that is spelled in another way is not restricted',
    pattern: "typeof $type === 'string' ? $rules.get($comparedType($type)) : undefined",
    replacement: "typeof $type === 'string' ? $rules.get($type) : undefined",
    caughtBy: 'restricted types are their senders’',
  },
  {
    name: 'an event comes from a source that may create everything',
    pattern: "({ name: 'event', source: $event.source })",
    replacement: "{ name: 'event', source: 'payments' }",
    caughtBy: 'restricted types are their senders’',
  },
  {
    name: 'a create that is scheduled is not checked',
    pattern: '$policy.check($door, $contentOf($command))',
    replacement: '$policy.check($door, $command.deliver_at ? undefined : $contentOf($command))',
    caughtBy: 'restricted types are their senders’',
  },
  {
    name: 'an edit may give every type',
    pattern: '({ scope: null, metadata: $command.command.patch.metadata ?? {} })',
    replacement: 'undefined',
    caughtBy: 'restricted types are their senders’',
  },
  {
    name: 'an edit may change every type',
    pattern: '$service.update($command.command, $policy.forbidden($door))',
    replacement: '$service.update($command.command, [])',
    caughtBy: 'restricted types are their senders’',
  },
  {
    name: 'a retract may take back every type',
    pattern: '$service.retract($command.command, $policy.forbidden($door))',
    replacement: '$service.retract($command.command, [])',
    caughtBy: 'restricted types are their senders’',
  },
  {
    name: 'a token may change what it may not create',
    pattern: `$door.scopes.has(\`\${$createScope}:\${$name}\`)`,
    replacement: '$door.scopes.has($createScope)',
    caughtBy: 'restricted types are their senders’',
  },
  {
    name: 'an event may change what it may not create',
    pattern: "$door.name !== 'event' || $sources.includes($door.source)",
    replacement: 'true',
    caughtBy: 'restricted types are their senders’',
  },
  {
    name: 'no event may change a restricted type',
    pattern: "$door.name !== 'event' || $sources.includes($door.source)",
    replacement: "$door.name !== 'event'",
    caughtBy: 'failures are foreseen',
  },
  {
    name: 'a scheduled create of a restricted type is refused at its time',
    pattern: "$policy.check({ name: 'schedule' }, $command)",
    replacement: "$policy.check({ name: 'event', source: 'schedule' }, $command)",
    caughtBy: 'timers fire once, in time',
  },
  {
    name: 'the second press is answered as if it had won',
    pattern: "if ($pressed === 'taken') throw new ActionTaken($id, $button);",
    replacement: `if ($pressed === 'taken') {
      return { notification: await repository.find(user_id, $id), ...(await repository.inbox(user_id)) };
    }`,
    caughtBy: 'the first button wins',
  },
  {
    name: 'the second press takes the place of the first',
    pattern: pressed,
    replacement: `const first = (await repository.find(user_id, $id))?.action_id;
      if (first && first !== $button) await repository.unpress(user_id, $id, first);
      ${pressed}`,
    caughtBy: 'the first button wins',
  },
  {
    name: 'the first press is answered as if another had won',
    pattern: "if ($pressed === 'taken') throw new ActionTaken($id, $button);",
    replacement: "if ($pressed === 'taken' || $pressed.changed) throw new ActionTaken($id, $button);",
    caughtBy: 'the first button wins',
  },
  {
    name: 'whatever button was pressed is taken back',
    pattern: unpressed,
    replacement:
      '$repository.unpress(user_id, $id, (await $repository.find(user_id, $id))?.action_id ?? $button)',
    caughtBy: 'the first button wins',
  },
  {
    name: 'a button that is taken back stays pressed',
    pattern: unpressed,
    replacement: "$repository.unpress(user_id, $id, '')",
    caughtBy: 'the first button wins',
  },
];

/** Mistakes in what the client makes of buttons. */
export const disputeClientMutants: readonly Mutant[] = [
  {
    name: 'a client says that a button that came second has worked',
    pattern: '$onEnd($error); return !$error;',
    below: 'client/src',
    replacement: "$onEnd($error); return $error?.code === 'action_taken' || !$error;",
    caughtBy: 'the first button wins',
  },
  {
    name: 'a client presses a button that it is to take back',
    pattern: "({ path: $pathOf($buttonId), method: 'DELETE' })",
    below: 'client/src',
    replacement: '{ path: $pathOf($buttonId) }',
    caughtBy: 'the first button wins',
  },
];
