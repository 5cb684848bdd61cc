import type { Clock } from '../clock.ts';
import type { Records } from '../storage.ts';
import type { StoredMessage } from './sqs-message.ts';

/** A queue as its template describes it. */
export interface QueueSpec {
  name: string;
  arn: string;
  visibilityTimeoutMs: number;
  /** Older messages are deleted. Default: 4 days. */
  retentionMs?: number;
  /** With `deadLetterArn`: after so many receives, a message moves there. */
  maxReceiveCount?: number;
  deadLetterArn?: string;
}

/** The messages of one queue, in the order in which they came. */
export interface Queue {
  readonly spec: QueueSpec;
  /** Called whenever a message may have become visible. */
  readonly listeners: Set<() => void>;
  /** All messages that are not older than the retention. */
  messages(): StoredMessage[];
  find(messageId: string): StoredMessage | undefined;
  /** Adds a message. It is stored before the listeners are called. */
  store(message: StoredMessage): void;
  /** Hides a message from receivers for `hideMs`, and stores its other changes. */
  hide(message: StoredMessage, hideMs: number): void;
  remove(message: StoredMessage): void;
  /** Stops all timers. The messages stay. */
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
