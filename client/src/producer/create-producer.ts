import { RateLimited, Unavailable } from '@belfry/functions/errors';
import { type CreateCommand, type Letter, toLetters } from './command.ts';
import { type CreatedNotification, checkAddress, type Door, type OpenDoor, type Outcome } from './doors.ts';
import { openEventDoor } from './event-door.ts';
import { openFunctionDoor } from './function-door.ts';
import { openHttpDoor } from './http-door.ts';
import { openQueueDoor } from './queue-door.ts';

/**
 * Of one request to EventBridge
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html), which counts source and detail type
 * too; SQS takes more.
 */
const requestBytes = 250_000;

export interface ProducerOptions {
  /** How often a letter is tried that cannot be delivered for now, the first time included. Default: 4. */
  attempts?: number | undefined;
  /** How many requests are under way at once, at most. Default: 10. */
  concurrency?: number | undefined;
  /** A refusal that asks for more patience than this is not waited for. Default: 10 seconds. */
  longestWaitMs?: number | undefined;
}

/** What became of a command. */
export interface Receipt {
  /** The command's, or the one that was made for it. */
  idempotency_key: string;
  /** One for each recipient. Undefined by doors that only take the command, and create later. */
  notifications: CreatedNotification[] | undefined;
}

export interface Producer {
  /**
   * Has a notification created. Commands that are given at once go together, as many as the door takes in a request.
   * What cannot be delivered for now is tried again with growing random pauses; the idempotency key, made once for each
   * call, keeps that from making a second notification. For up to 500 recipients it is all or none.
   *
   * @throws ValidationError naming every field that is wrong, before anything is sent
   * @throws IdempotencyConflict where the key was used with other content; not by doors that only take the command
   * @throws Unauthenticated, Forbidden where the caller may not
   * @throws RateLimited, Unavailable after the last attempt; the same command with the same key may be sent again
   */
  notify(command: CreateCommand): Promise<Receipt>;
}

/** What a test puts in the place of time and chance. */
export interface ProducerEnvironment {
  wait(ms: number): Promise<void>;
  random(): number;
}

const environmentOfNode: ProducerEnvironment = {
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

interface Waiting {
  letter: Letter;
  settle(outcome: Outcome): void;
}

/**
 * A producer that sends through one door. The AWS SDK is loaded by the first command that needs it.
 *
 * @throws TypeError where the door has no address, as by a variable that is not set
 */
export function createProducer(
  door: Door,
  { attempts = 4, concurrency = 10, longestWaitMs = 10_000 }: ProducerOptions = {},
  { wait, random }: ProducerEnvironment = environmentOfNode,
): Producer {
  checkAddress(door);
  let opened: Promise<OpenDoor> | undefined;
  let collected: Waiting[] = [];
  const batches: Waiting[][] = [];
  let running = 0;

  function send(letter: Letter): Promise<Outcome> {
    return new Promise((settle) => {
      // After the caller's own work, which may give more at once.
      if (collected.length === 0) setTimeout(flush);
      collected.push({ letter, settle });
    });
  }

  async function flush(): Promise<void> {
    const waiting = collected;
    collected = [];
    opened ??= open(door);
    try {
      const { lettersAtOnce } = await opened;
      batches.push(...inBatches(waiting, lettersAtOnce));
    } catch (reason) {
      // Not installed, perhaps: told to everybody, and looked for again with the next command.
      opened = undefined;
      for (const { settle } of waiting) settle({ error: toError(reason) });
    }
    while (running < concurrency && batches.length > 0) work();
  }

  async function work(): Promise<void> {
    running += 1;
    for (let batch = batches.shift(); batch; batch = batches.shift()) await deliver(batch);
    running -= 1;
  }

  async function deliver(batch: Waiting[], attempt = 1): Promise<void> {
    const outcomes = await outcomesOf(batch);
    const again: Waiting[] = [];
    let waitMs = random() * Math.min(longestWaitMs, 100 * 2 ** attempt);
    for (const [index, each] of batch.entries()) {
      const outcome = outcomes[index] ?? {};
      const patienceMs = patienceFor(outcome.error);
      if (attempt < attempts && patienceMs <= longestWaitMs) {
        again.push(each);
        waitMs = Math.max(waitMs, patienceMs);
      } else each.settle(outcome);
    }
    if (again.length === 0) return;
    await wait(waitMs);
    await deliver(again, attempt + 1);
  }

  async function outcomesOf(batch: Waiting[]): Promise<Outcome[]> {
    try {
      return (await (await opened)?.send(batch.map(({ letter }) => letter))) ?? [];
    } catch (reason) {
      return batch.map(() => ({ error: toError(reason) }));
    }
  }

  return {
    async notify(command) {
      const letters = toLetters(command);
      const outcomes = await Promise.all(letters.map(send));
      const notifications = outcomes.map((outcome) => {
        if (outcome.error) throw outcome.error;
        return outcome.notifications;
      });
      return {
        // There is always at least one letter, and all have the same key.
        idempotency_key: letters[0]?.idempotency_key ?? '',
        notifications: notifications[0] && notifications.flatMap((some) => some ?? []),
      };
    },
  };
}

async function open(door: Door): Promise<OpenDoor> {
  if ('functionName' in door) return openFunctionDoor(door);
  if ('eventBusName' in door) return openEventDoor(door);
  if ('queueUrl' in door) return openQueueDoor(door);
  return openHttpDoor(door);
}

/** How many milliseconds to wait at least before another attempt; for ever where another one cannot help. */
function patienceFor(error: Error | undefined): number {
  const isPassing = error instanceof Unavailable || error instanceof RateLimited;
  return isPassing ? error.retryAfterSeconds * 1_000 : Number.POSITIVE_INFINITY;
}

function inBatches(waiting: readonly Waiting[], lettersAtOnce: number): Waiting[][] {
  const batches: Waiting[][] = [];
  let bytes = 0;
  for (const each of waiting) {
    const last = batches.at(-1);
    bytes += each.letter.bytes;
    if (last && last.length < lettersAtOnce && bytes <= requestBytes) last.push(each);
    else {
      batches.push([each]);
      bytes = each.letter.bytes;
    }
  }
  return batches;
}

const toError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
