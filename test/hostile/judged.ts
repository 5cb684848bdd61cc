/** What came of an attempt. */
export interface Judged {
  /** In what it was not as promised; empty where it was. */
  faults: string[];
  /** The users whose inboxes may have changed by it. */
  mayWrite: string[];
}

/** The users whose inboxes a command has changed, as its answer says it. */
export function usersIn(answer: unknown): string[] {
  if (typeof answer !== 'object' || answer === null) return [];
  const one = 'notification' in answer ? [answer.notification] : [];
  const listed = (name: string): unknown[] => {
    const list: unknown = Reflect.get(answer, name);
    return Array.isArray(list) ? list : [];
  };
  return [...one, ...listed('notifications'), ...listed('retracted')].flatMap((each: unknown) =>
    typeof each === 'object' && each !== null && 'user_id' in each ? [String(each.user_id)] : [],
  );
}
