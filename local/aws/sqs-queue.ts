import type { Clock } from '../clock.ts';
import type { Records } from '../storage.ts';
import type { StoredMessage } from './sqs-message.ts';

/** A queue as its template describes it. */
export interface QueueSpec {
  name: string;
  arn: string;
  visibilityTimeoutMs: number;
  /** Messages that were sent longer ago are gone; left out, after four days. */
  retentionMs?: number;
  /** With `deadLetterArn`: how often a message is received before it is moved there. */
  maxReceiveCount?: number;
  deadLetterArn?: string;
}

/** The messages of one queue, in the order in which they came. */
export interface Queue {
  readonly spec: QueueSpec;
  /** Told whenever a message may have become visible. */
  readonly listeners: Set<() => void>;
  /** Without those whose time is over. */
  messages(): StoredMessage[];
  find(messageId: string): StoredMessage | undefined;
  /** Takes a message in; it is kept when this returns, before anybody is told. */
  store(message: StoredMessage): void;
  /** Keeps a message from receivers for `hideMs`, with whatever else has been changed in it. */
  hide(message: StoredMessage, hideMs: number): void;
  remove(message: StoredMessage): void;
  /** Ends all waiting; the messages stay. */
  stop(): void;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const defaultRetentionMs = 4 * 24 * 60 * 60_000;

/**
 * Opens a queue, with the messages that an earlier process has kept. They are all visible, because a receiver that
 * had one of them ended with that process.
 */
export function createQueue(spec: QueueSpec, clock: Clock, kept: Records<StoredMessage>): Queue {
  const { retentionMs = defaultRetentionMs } = spec;
  const messages = new Map<string, StoredMessage>();
  const cancellations = new Map<string, () => void>();
  const listeners = new Set<() => void>();

  const notify = () => {
    for (const listener of listeners) listener();
  };

  function returnLater({ messageId, visibleAt }: StoredMessage): void {
    cancellations.get(messageId)?.();
    cancellations.set(messageId, clock.after(visibleAt - clock.now(), notify));
  }

  function keep(message: StoredMessage): void {
    kept.put(message.messageId, message);
    messages.set(message.messageId, message);
    if (message.visibleAt > clock.now()) returnLater(message);
  }

  function remove({ messageId }: StoredMessage): void {
    cancellations.get(messageId)?.();
    cancellations.delete(messageId);
    messages.delete(messageId);
    kept.delete(messageId);
  }

  for (const message of kept.all()) keep({ ...message, visibleAt: clock.now() });

  return {
    spec,
    listeners,
    messages() {
      const oldest = clock.now() - retentionMs;
      for (const message of messages.values()) if (message.sentAt <= oldest) remove(message);
      return [...messages.values()];
    },
    find: (messageId) => messages.get(messageId),
    store(message) {
      keep(message);
      notify();
    },
    hide(message, hideMs) {
      keep(Object.assign(message, { visibleAt: clock.now() + hideMs }));
    },
    remove,
    stop() {
      for (const cancel of cancellations.values()) cancel();
    },
  };
}
