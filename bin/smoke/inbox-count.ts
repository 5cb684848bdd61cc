import { Failure } from './failure.ts';

/** Version and count of an inbox, of which a frame may lack one. */
interface Counted {
  version?: number;
  unread_count?: number;
}

/**
 * Checks the unread count after one change of the check. Other changes of the inbox may come in between; its version shows
 * that, and then there is nothing to compare.
 * @param what has the count, at the beginning of a sentence
 * @param change what the change adds to the count. 0: it is the same state
 * @returns the count, for the reader
 * @throws Failure if the count is wrong
 */
export function checkCount(
  what: string,
  before: Required<Counted>,
  after: Counted,
  change: -1 | 0 | 1,
): string {
  const { version, unread_count } = after;
  const expected = before.unread_count + change;
  if (version !== before.version + Math.abs(change)) {
    return `${unread_count} unread (not compared: the inbox has changed meanwhile)`;
  }
  if (unread_count === expected) return `${unread_count} unread`;
  throw new Failure(
    `${what} has ${unread_count} as the unread count of version ${version}. It must be ${expected}.`,
    [
      'Two parts of the installation disagree, which is an error of Belfry or of something between. Run the check with a user of its own, without --token, and report it if it stays.',
    ],
  );
}
