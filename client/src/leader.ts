import type { Channel, Environment } from './environment.ts';

const answerWithinMs = 5_000;

/** This tab's part in the election among the tabs of one user. */
export type Election<Message extends object> = ReturnType<typeof joinElection<Message>>;

/**
 * Elects one of the tabs that use the same name, by a Web Lock that it holds for as long as it lives: when it is closed
 * the browser hands the lock to the next. The leader's word goes to all others by a BroadcastChannel. Where either is
 * missing or denied every tab leads, for itself.
 *
 * A leader may be frozen by its browser and not know. So others `check` on it now and then, and take its place if it
 * does not answer.
 *
 * @param name empty where this tab must share with no other
 * @param onLead this tab leads from now on
 * @param onDeposed another tab has taken the lead
 * @param onMessage what the leader has sent to the others
 * @param onAsked what another tab has asked of the leader; it must be answered by `tell`
 */
export function joinElection<Message extends object>(
  { locks, openChannel, after }: Environment,
  name: string,
  onLead: () => void,
  onDeposed: () => void,
  onMessage: (message: Message) => void,
  onAsked: (isUsed: boolean) => void,
) {
  // Without a name of their own tabs of two users would meet under the same.
  let channel: Channel | undefined;
  try {
    if (name && locks) channel = openChannel?.(name);
  } catch {
    // Denied to this page, as Firefox does together with storage.
  }
  let waiting = new AbortController();
  let release: (() => void) | undefined;
  let cancelCheck: (() => void) | undefined;
  let isLeader = false;
  let hasLeft = false;

  function lead(): void {
    cancelCheck?.();
    isLeader = true;
    onLead();
  }

  /** Waits in the queue for the lock, or takes it from whoever has it. */
  function request(options: LockOptions): void {
    const hold = () =>
      new Promise<void>((resolve) => {
        if (hasLeft) return resolve();
        release = resolve;
        lead();
      });
    locks?.request(name, options, hold).catch(() => {
      // Left while it was waiting, which is no failure; taken by another tab; or locks are forbidden to this page.
      if (hasLeft || options.signal?.aborted) return;
      if (!isLeader) return lead();
      isLeader = false;
      onDeposed();
      queue();
    });
  }

  function queue(): void {
    waiting = new AbortController();
    request(waiting);
  }

  /** Asks the leader for its word, and takes its place if there is none. */
  function check(isUsed: boolean): void {
    if (isLeader || !channel) return;
    channel.postMessage(isUsed);
    cancelCheck?.();
    cancelCheck = after(answerWithinMs, () => {
      waiting.abort();
      request({ steal: true });
    });
  }

  if (channel) {
    // A boolean asks the leader, anything else is its word.
    channel.onmessage = ({ data }: MessageEvent<boolean | Message>) => {
      if (typeof data === 'boolean') {
        if (isLeader) onAsked(data);
      } else {
        cancelCheck?.();
        if (!isLeader) onMessage(data);
      }
    };
    queue();
    check(false);
  } else lead();

  return {
    check,
    /** Says something to all other tabs; for the leader alone. */
    tell: (message: Message): void => channel?.postMessage(message),
    leave(): void {
      hasLeft = true;
      cancelCheck?.();
      waiting.abort();
      release?.();
      channel?.close();
    },
  };
}
