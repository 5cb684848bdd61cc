/** What came of an attempt. */
export interface Judged {
  /** In what it was not as promised; empty where it was. */
  faults: string[];
  /** The users whose inboxes may have changed by it. */
  mayWrite: string[];
}

/** The users for whom something was created, as the answer of a create says it. */
export function usersIn(created: unknown): string[] {
  if (typeof created !== 'object' || created === null) return [];
  const one = 'notification' in created ? [created.notification] : [];
  const many =
    'notifications' in created && Array.isArray(created.notifications) ? created.notifications : [];
  return [...one, ...many].flatMap((each: unknown) =>
    typeof each === 'object' && each !== null && 'user_id' in each ? [String(each.user_id)] : [],
  );
}
