import type { Mutant } from '../mutate.ts';

const bounds =
  '({ before_position, ...($scope !== null && { $scope }), ...($types.length > 0 && { types: [...$types] }) })';
const pushMarked = 'if ($updated.length > 0) { const { to: status } = $transitions[$action]; $$$push; }';
const marked = "({ type: 'inbox.marked', ...$state, action, status, ids: updated })";
const seen = 'if ($changed) { const within = $$bounds; await $push($inbox, $$toFrame); }';
const counts = "({ type: 'inbox.changed', user_id, version, unread_count, unseen_count, scopes })";
const isOptional =
  '$isOptional ? { type: $comparedType($rule.name), isDefaultOn: $rule.default !== "off" } : null';
const choices = '({ off: $named(false), on: $named(true) })';

/** Mistakes in what the service says of bells, of changes of many, and of types that are switched off. */
export const serviceMutants: readonly Mutant[] = [
  {
    name: 'marks of several are not pushed',
    pattern: pushMarked,
    replacement: '',
    caughtBy: 'at once',
  },
  {
    name: 'marks of several name what has not changed too',
    pattern: marked,
    replacement: `{ ...${marked}, ids: marks.map(({ id }) => id) }`,
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'marks of several name another status',
    pattern: marked,
    replacement: `{ ...${marked}, status: 'read' }`,
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'marks of several that changed nothing are pushed',
    pattern: pushMarked,
    replacement: 'const { to: status } = $transitions[$action]; $$$push',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'archiving what is read is pushed as a read-all',
    pattern: "$changedWithin('inbox.archived_read', $bounds, $$archived)",
    replacement: "$changedWithin('inbox.read_all', $bounds, $$archived)",
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a change of many is not pushed',
    pattern: '$before_position !== null && $updated > 0',
    replacement: 'false',
    caughtBy: 'at once',
  },
  {
    name: 'a change of many says no scope',
    pattern: bounds,
    replacement: '{ before_position, ...($types.length > 0 && { types: [...$types] }) }',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a change of many says no types',
    pattern: bounds,
    replacement: '{ before_position, ...($scope !== null && { $scope }) }',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'what was seen is not pushed',
    pattern: seen,
    replacement: '',
    caughtBy: 'at once',
  },
  {
    name: 'what was seen before is pushed again',
    pattern: seen,
    replacement: 'const within = $$bounds; await $push($inbox, $$toFrame);',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'an inbox.changed says that everything unread is unseen',
    pattern: counts,
    replacement: `{ ...${counts}, unseen_count: unread_count }`,
    caughtBy: 'counts are exact at every version',
  },
  {
    name: 'an inbox.changed has no counts of bells',
    pattern: counts,
    replacement: `{ ...${counts}, scopes: {} }`,
    caughtBy: 'counts are exact at every version',
  },
  {
    name: 'the answer to a mark has the counts of no bell',
    pattern: '({ notification, ...$stateOf($inbox) })',
    replacement: '{ notification, ...$stateOf($inbox), scopes: {} }',
    caughtBy: 'counts are exact at every version',
  },
  {
    name: 'no type can be switched off',
    pattern: isOptional,
    replacement: 'null',
    caughtBy: 'switched off leaves nothing',
  },
  {
    name: 'every type is on by default',
    pattern: isOptional,
    replacement: '$isOptional ? { type: $comparedType($rule.name), isDefaultOn: true } : null',
    caughtBy: 'switched off leaves nothing',
  },
  {
    name: 'a type that is spelled otherwise comes although it is switched off',
    pattern: '$rules.get($comparedType($type))',
    below: 'functions/core/create-policy.ts',
    replacement: '$rules.get($type)',
    caughtBy: 'switched off leaves nothing',
  },
  {
    name: 'what is switched off is switched on',
    pattern: choices,
    replacement: '{ off: $named(true), on: $named(false) }',
    caughtBy: 'switched off leaves nothing',
  },
  {
    name: 'a producer is not told what was suppressed',
    pattern: '$outcomes.filter($isSuppressed).map(({ inbox }) => inbox.user_id)',
    replacement: '[]',
    caughtBy: 'switched off leaves nothing',
  },
  {
    name: 'what is suppressed is pushed',
    pattern: 'if (!$notification) return [];',
    below: 'functions/core',
    replacement: 'if (!$notification) return [{ user_id: inbox.user_id, frame: inboxChanged(inbox) }];',
    caughtBy: 'frames tell the truth',
  },
  {
    name: 'a list of several types finds the first of them',
    pattern: '$query.type ?? []',
    replacement: '($query.type ?? []).slice(0, 1)',
    caughtBy: 'shown as stored',
  },
];
