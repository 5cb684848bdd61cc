import type { Environment } from './environment.ts';

const answerWithinMs = 5_000;

/** This tab's part in the election among the tabs of one user. */
export type Election<Message> = ReturnType<typeof joinElection<Message>>;

/**
 * Elects one of the tabs that use the same name, by a Web Lock that it holds for as long as it lives: when it is closed
 * the browser hands the lock to the next. The leader's word goes to all others by a BroadcastChannel. Where either is
 * missing every tab leads, for itself.
 *
 * A leader may be frozen by its browser and not know. So others `check` on it when they come to the front, and take its
 * place if it does not answer.
 *
 * @param onLead this tab leads from now on
 * @param onDeposed another tab has taken the lead
 * @param onMessage what the leader has sent to the others
 * @param onAsked what another tab has asked of the leader; it must be answered by `tell`
 */
export function joinElection<Message>({
  name,
  environment,
  onLead,
  onDeposed,
  onMessage,
  onAsked,
}: {
  name: string | undefined;
  environment: Environment;
  onLead: () => void;
  onDeposed: () => void;
  onMessage: (message: Message) => void;
  onAsked: (isUsed: boolean) => void;
}) {
  const { locks, openChannel } = environment;
  const channel = name !== undefined && locks ? openChannel?.(name) : undefined;
  let waiting = new AbortController();
  let release: (() => void) | undefined;
  let cancelCheck: (() => void) | undefined;
  let isLeader = false;
  let hasLeft = false;

  type Letter = { ask: boolean } | { tell: Message };

  function lead(): void {
    cancelCheck?.();
    cancelCheck = undefined;
    isLeader = true;
    onLead();
  }

  /** Waits in the queue for the lock, or takes it from whoever has it. */
  function request(options: LockOptions): void {
    if (name === undefined || !locks || hasLeft) return;
    const hold = () =>
      new Promise<void>((resolve) => {
        if (hasLeft) return resolve();
        release = resolve;
        lead();
      });
    locks.request(name, options, hold).catch(() => {
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
    request({ signal: waiting.signal });
  }

  /** Asks the leader for its word, and takes its place if there is none. */
  function check(isUsed: boolean): void {
    if (isLeader || !channel) return;
    post({ ask: isUsed });
    cancelCheck ??= environment.after(answerWithinMs, () => {
      cancelCheck = undefined;
      waiting.abort();
      request({ steal: true });
    });
  }

  const post = (letter: Letter): void => channel?.postMessage(letter);

  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<Letter>) => {
      if ('ask' in data) {
        if (isLeader) onAsked(data.ask);
        return;
      }
      cancelCheck?.();
      cancelCheck = undefined;
      if (!isLeader) onMessage(data.tell);
    };
    queue();
    check(false);
  } else lead();

  return {
    isLeader: () => isLeader,
    check,
    /** Says something to all other tabs; only the leader's word counts. */
    tell(message: Message): void {
      if (isLeader) post({ tell: message });
    },
    leave(): void {
      hasLeft = true;
      cancelCheck?.();
      waiting.abort();
      release?.();
      if (channel) {
        channel.onmessage = null;
        channel.close();
      }
    },
  };
}
