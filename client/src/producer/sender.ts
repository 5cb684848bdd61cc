import { RateLimited, Unavailable } from '@belfry/functions/errors';
import type { CheckedCommand } from './check-command.ts';
import type { Door, OpenDoor, Outcome } from './doors.ts';
import { openEventDoor } from './event-door.ts';
import { openHttpDoor } from './http-door.ts';
import { openInvokeDoor } from './invoke-door.ts';
import { openQueueDoor } from './queue-door.ts';

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
   * If the service asks for a longer pause than this, in milliseconds, the call rejects at once. Default: 10,000.
   */
  longestWaitMs?: number | undefined;
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
 * Makes what sends commands by one door, as many as it takes in a request. What cannot be delivered for now is sent again
 * after growing random pauses.
 */
export function createSender(
  door: Door,
  { attempts = 4, concurrency = 10, longestWaitMs = 10_000 }: ProducerOptions = {},
  { wait, random }: ProducerEnvironment = environmentOfNode,
): (command: CheckedCommand) => Promise<Outcome> {
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

  return send;
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
