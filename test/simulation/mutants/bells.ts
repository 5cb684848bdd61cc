import type { Mutant } from '../mutate.ts';

const whole = '$frame.version === $version + 1 && $isWhole($frame) && !$asks($frame)';
const isOfScope = '!$own || !$scope || $scope === $own';
const isOfTypes = '!$types || $types.includes($metadata?.type)';

/** Mistakes in how the client puts rows in their places, and in what the bell of a scope shows and changes. */
export const bellMutants: readonly Mutant[] = [
  {
    name: 'a row that moves up stays in its former place too',
    pattern: '$redraw([$row.id]); $items.set($row.id, $row);',
    replacement: '$items.set($row.id, $row);',
    caughtBy: 'in order, once',
  },
  {
    name: 'rows are put in their places by id',
    pattern: '$changed.set($row.position, $row.id);',
    replacement: '$changed.set($row.id, $row.id);',
    caughtBy: 'shown as stored',
  },
  {
    name: 'a row that has left a place is still shown there',
    pattern: "$held?.position === $position && $position >= $tail && $held.status !== 'retracted'",
    replacement: "$held && $position >= $tail && $held.status !== 'retracted'",
    caughtBy: 'in order, once',
  },
  {
    name: 'a row that has moved up from below the last page is not shown',
    pattern: '$held?.position === $position && $position >= $tail',
    replacement: '$held?.position === $position && $held.id >= $tail',
    caughtBy: 'shown as stored',
  },
  {
    name: 'the last page leaves the end of the list where it was',
    pattern: 'tail = Number($next);',
    replacement: 'tail = Number($next) || tail;',
    caughtBy: 'shown as stored',
  },
  {
    name: 'the place of a row that moves is the one it had first',
    pattern: '$items.set($row.id, $row); $redraw([$row.id]);',
    replacement:
      '$items.set($row.id, { ...$row, position: $items.get($row.id)?.position ?? $row.position }); $redraw([$row.id]);',
    caughtBy: 'shown as stored',
  },
  {
    name: 'a read-all of one bell reads in place what is of another',
    pattern: '$row.position <= $bounds.before_position && $isSelected($row, $bounds)',
    replacement: '$row.position <= $bounds.before_position',
    caughtBy: 'shown as stored',
  },
  {
    name: 'the list shows what is of another bell',
    pattern: isOfScope,
    replacement: 'true',
    caughtBy: 'shown as stored',
  },
  {
    name: 'the list of a bell leaves out what is of none',
    pattern: isOfScope,
    replacement: '!$own || $scope === $own',
    caughtBy: 'shown as stored',
  },
  {
    name: 'the list shows what is of another type',
    pattern: isOfTypes,
    replacement: 'true',
    caughtBy: 'shown as stored',
  },
  {
    name: 'a list of several types asks for the first of them',
    pattern: '$types && { type: $types.join() }',
    replacement: '$types && { type: $types[0] }',
    caughtBy: 'shown as stored',
  },
  {
    name: 'a bell counts the whole inbox',
    pattern: '$state.scopes[$scope] ?? $state',
    replacement: '$state',
    caughtBy: 'unread count',
  },
  {
    name: 'more is unseen than is unread',
    pattern: '$isSeen ? 0 : Math.min($unseen, $unread)',
    replacement: '$isSeen ? 0 : $unseen',
    caughtBy: 'unseen count',
  },
  {
    name: 'what has been seen stays seen',
    pattern: 'changes = changes.filter(({ $until = Infinity }) => $inbox.version() < $until);',
    replacement:
      "changes = changes.filter(({ path, $until = Infinity }) => path === 'seen' || $inbox.version() < $until);",
    caughtBy: 'unseen count',
  },
  {
    name: 'marks of rows that are not held are nothing to ask about',
    pattern: whole,
    replacement: '$frame.version === $version + 1 && $isWhole($frame)',
    caughtBy: 'shown as stored',
  },
  {
    name: 'marks of several lead to the same status',
    pattern: '$turned = $frame.ids.map($$look); $turns = $transitions[$frame.action];',
    replacement: '$turned = $frame.ids.map($$look);',
    caughtBy: 'shown as stored',
  },
  {
    name: 'marks of several are not applied in place',
    pattern: '$turned = $frame.ids.map($$look); $turns = $transitions[$frame.action];',
    replacement: '',
    caughtBy: 'shown as stored',
  },
  {
    name: 'archiving what is read is taken for a change that is in the frame',
    pattern: whole,
    replacement: `$frame.version === $version + 1 && ($isWhole($frame) || $frame.type === 'inbox.archived_read') && !$asks($frame)`,
    caughtBy: 'shown as stored',
  },
  {
    name: 'a change of the whole list has no bound',
    pattern: '$isShown ? $inbox.known() : $aboveAll',
    replacement: '$aboveAll',
    caughtBy: 'a click is about what was there',
  },
  {
    name: 'the first of several marks alone is sent',
    pattern: '({ $action, ids: [...$marks.keys()], positions: [...$marks.values()] })',
    replacement:
      '{ $action, ids: [...$marks.keys()].slice(0, 1), positions: [...$marks.values()].slice(0, 1) }',
    caughtBy: 'a click comes true',
  },
  {
    name: 'marks of several name ids for positions',
    pattern: '({ $action, ids: [...$marks.keys()], positions: [...$marks.values()] })',
    replacement: '{ $action, ids: [...$marks.keys()], positions: [...$marks.keys()] }',
    caughtBy: 'a click comes true',
  },
  {
    name: 'what is of another bell is announced',
    pattern: '$isListed($row) && $onNews($row)',
    replacement: '$onNews($row)',
    caughtBy: 'announced once',
  },
];
