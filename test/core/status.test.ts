import { describe, expect, it } from 'vitest';
import { actions, type Status, statuses, transitions } from '../../functions/core/status.ts';

/** The contract's table; a dash changes nothing. */
const table: Record<Status, Record<(typeof actions)[number], Status | '–'>> = {
  unread: { read: 'read', unread: '–', archive: 'archived', unarchive: '–' },
  read: { read: '–', unread: 'unread', archive: 'archived', unarchive: '–' },
  archived: { read: '–', unread: '–', archive: '–', unarchive: 'read' },
  snoozed: { read: '–', unread: '–', archive: 'archived', unarchive: '–' },
};

describe('What an action does to a notification', () => {
  const cells = statuses.flatMap((from) =>
    actions.map((action) => [from, action, table[from][action]] as const),
  );

  it.each(cells)('that is %s: %s → %s', (from, action, to) => {
    const transition = transitions[action];
    expect(transition.from.includes(from) ? transition.to : '–').toBe(to);
  });
});
