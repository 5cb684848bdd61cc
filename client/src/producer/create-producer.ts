import { RateLimited, Unavailable } from '@belfry/functions/errors';
import type { Catalogue } from '../catalogue/define-catalogue.ts';
import { type CheckedCommand, type CreateCommand, toCheckedCommands } from './command.ts';
import { checkAddress, type Door, type OpenDoor, type Outcome } from './doors.ts';
import { openEventDoor } from './event-door.ts';
import { openHttpDoor } from './http-door.ts';
import { openInvokeDoor } from './invoke-door.ts';
import { openQueueDoor } from './queue-door.ts';
import type { Receipt } from './receipt.ts';
import { type Send, sendBy } from './send.ts';

/**
 * The limit of a request to EventBridge, less what source and detail type take, which count too
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html). SQS takes more.
 */
const requestBytes = 250_000;

export interface ProducerOptions {
  /** How often a command is tried if the service is busy or away, the first attempt included. Default: 4. */
  attempts?: number | undefined;
  /** The highest number of requests that are under way at the same time. Default: 10. */
  concurrency?: number | undefined;
  /**
   * If the service asks for a longer pause than this, in milliseconds, `notify` rejects at once. Default: 10,000.
   */
  longestWaitMs?: number | undefined;
}

export interface Producer {
  /**
   * Creates a notification for each recipient of the command, but for those who have switched its type off. Up to 500 recipients are all or none.
   *
   * Commands that are given at the same time are sent together, as many as the door takes in a request. If the service is
   * busy or away, a command is tried again after growing random pauses. Each call has one idempotency key, so no attempt
   * creates a second notification.
   *
   * @throws ValidationError that names every field that is wrong, before anything is sent
   * @throws IdempotencyConflict if the key was used with other content; not by doors that only accept the command
   * @throws Unauthenticated, Forbidden if the service refuses the caller
   * @throws RateLimited, Unavailable after the last attempt; it is safe to send the same command with the same key again
   * @example
   * const { notifications } = await producer.notify({
   *   user_id: booking.user_id,
   *   title: 'Your seat is confirmed',
   *   body: 'Row F, seat 12.',
   *   idempotency_key: `booking-${booking.id}-confirmed`,
   * });
   */
  notify(command: CreateCommand): Promise<Receipt>;
}

/** A producer with a method for each type of its catalogue. */
export interface TypedProducer<Inputs> extends Producer {
  /**
   * Creates notifications of a type: `send.<type>({ user_id, metadata })`. The catalogue says what they are about, where they
   * lead, and what they say, in its first language. Takes and answers the rest as `notify` does.
   *
   * @throws ValidationError naming the type and the path of what the schema of the type refuses, before anything is sent
   * @throws TypeError if the catalogue does not have the type; it names those that it has
   * @example
   * await producer.send.booking_confirmed({ user_id, metadata: { booking_id: '981', seats: 2 } });
   */
  readonly send: Send<Inputs>;
}

/** Time and chance, which a test replaces. */
export interface ProducerEnvironment {
  wait(ms: number): Promise<void>;
  random(): number;
}

const environmentOfNode: ProducerEnvironment = {
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

interface Waiting {
  command: CheckedCommand;
  settle(outcome: Outcome): void;
}

/**
 * Makes a producer that sends by one door. The first command loads the package of the AWS SDK for that door.
 *
 * @param door with a `catalogue` (`belfry/catalogue`), the producer also has a method for each of its types
 * @throws TypeError if the address of the door is missing or empty; naming a type of the catalogue whose name is invisible, or two
 *   whose names are the same type in two spellings, such as `payout` and `Payout`
 * @example
 * const producer = createProducer({ functionName: process.env.CREATE_FUNCTION_NAME ?? '', catalogue });
 */
export function createProducer<Metadatas, Inputs>(
  door: Door & { catalogue: Catalogue<Metadatas, Inputs> },
  options?: ProducerOptions,
  environment?: ProducerEnvironment,
): TypedProducer<Inputs>;
export function createProducer(
  door: Door,
  options?: ProducerOptions,
  environment?: ProducerEnvironment,
): Producer;
export function createProducer(
  door: Door & { catalogue?: Catalogue<unknown, unknown> },
  { attempts = 4, concurrency = 10, longestWaitMs = 10_000 }: ProducerOptions = {},
  { wait, random }: ProducerEnvironment = environmentOfNode,
): Producer | TypedProducer<unknown> {
  checkAddress(door);
  let opened: Promise<OpenDoor> | undefined;
  let collected: Waiting[] = [];
  const batches: Waiting[][] = [];
  let running = 0;

  function send(command: CheckedCommand): Promise<Outcome> {
    return new Promise((settle) => {
      // Later, because the caller may give more commands in the same turn of the event loop.
      if (collected.length === 0) setTimeout(flush);
      collected.push({ command, settle });
    });
  }

  async function flush(): Promise<void> {
    const waiting = collected;
    collected = [];
    opened ??= open(door);
    try {
      const { commandsPerRequest } = await opened;
      batches.push(...inBatches(waiting, commandsPerRequest));
    } catch (reason) {
      // The package may not be installed. All these commands fail, and the next command tries to load it again.
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
      const pauseMs = pauseAfter(outcome.error);
      if (attempt < attempts && pauseMs <= longestWaitMs) {
        again.push(each);
        waitMs = Math.max(waitMs, pauseMs);
      } else each.settle(outcome);
    }
    if (again.length === 0) return;
    await wait(waitMs);
    await deliver(again, attempt + 1);
  }

  async function outcomesOf(batch: Waiting[]): Promise<Outcome[]> {
    try {
      return (await (await opened)?.send(batch.map(({ command }) => command))) ?? [];
    } catch (reason) {
      return batch.map(() => ({ error: toError(reason) }));
    }
  }

  async function notify(command: CreateCommand): Promise<Receipt> {
    const commands = toCheckedCommands(command);
    const outcomes = await Promise.all(commands.map(send));
    for (const { error } of outcomes) if (error) throw error;
    // The door answers for all commands or for none.
    const isAnswered = outcomes[0]?.notifications !== undefined;
    return {
      // There is at least one command, and all have the same key.
      idempotency_key: commands[0]?.idempotency_key ?? '',
      notifications: isAnswered ? outcomes.flatMap(({ notifications = [] }) => notifications) : undefined,
      suppressed: isAnswered ? outcomes.flatMap(({ suppressed = [] }) => suppressed) : undefined,
    };
  }

  return { notify, ...(door.catalogue && { send: sendBy(notify, door.catalogue) }) };
}

async function open(door: Door): Promise<OpenDoor> {
  if ('functionName' in door) return openInvokeDoor(door);
  if ('eventBusName' in door) return openEventDoor(door);
  if ('queueUrl' in door) return openQueueDoor(door);
  return openHttpDoor(door);
}

/** How many milliseconds to wait at least before another attempt. Infinite if another attempt cannot help. */
function pauseAfter(error: Error | undefined): number {
  const isTemporary = error instanceof Unavailable || error instanceof RateLimited;
  return isTemporary ? error.retryAfterSeconds * 1_000 : Number.POSITIVE_INFINITY;
}

function inBatches(waiting: readonly Waiting[], commandsPerRequest: number): Waiting[][] {
  const batches: Waiting[][] = [];
  let bytes = 0;
  for (const each of waiting) {
    const last = batches.at(-1);
    bytes += each.command.bytes;
    if (last && last.length < commandsPerRequest && bytes <= requestBytes) last.push(each);
    else {
      batches.push([each]);
      bytes = each.command.bytes;
    }
  }
  return batches;
}

const toError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
