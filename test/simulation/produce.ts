import {
  AlreadySent,
  Forbidden,
  IdempotencyConflict,
  NotFound,
  reasonOf,
} from '../../functions/core/errors.ts';
import { nameOf } from '../world/journal.ts';
import { mayCreate, type Sender, senders } from '../world/senders.ts';
import type { Operation } from './operation.ts';
import { type SimulatedWorld, userId } from './simulated-world.ts';

/** How long a producer waits for an answer, and before it tries again. */
const answerWithinMs = 8_000;
const retryAfterMs = 1_500;

/** What producers do. */
export type ProducerOperation = Extract<Operation, { kind: (typeof kinds)[number] }>;

const kinds = ['create', 'repeat', 'burst', 'edit', 'retract', 'retract group', 'cancel'] as const;

export const isOfProducer = (operation: Operation): operation is ProducerOperation =>
  (kinds as readonly string[]).includes(operation.kind);

type Create = Extract<Operation, { kind: 'create' }>;

/** A create command that was sent before. */
interface Sent {
  users: string[];
  key: string;
  command: object;
  type: string | null;
  sender: Sender | undefined;
  expiresAt: number | undefined;
  deliverAt: number | undefined;
  /** Of the scheduled create that it has become. */
  scheduledId?: number;
  isCancelled?: boolean;
}

const buttons = [
  { id: 'accept', label: 'Accept' },
  { id: 'decline', label: 'Decline' },
];

const refusals = [IdempotencyConflict, NotFound, AlreadySent, Forbidden];

/** Whether a sender finds nothing to change, or may not. Whether it is refused rightly, the guard of the world looks at. */
const isChangeRefused =
  (sender: Sender = 'service') =>
  (error: unknown): boolean =>
    error instanceof NotFound || (error instanceof Forbidden && !senders[sender].isAllowed);

/** Gives the commands of producers, which try until they have their answers or their patience is over. */
export function createProducers({ loop, cloud, journal, users, trace }: SimulatedWorld) {
  const { timeline } = cloud.database;
  const sent: Sent[] = [];
  /** Keys that have been used with other content too. */
  const contested = new Set<string>();

  const nth = (index: number): Sent | undefined => sent[index % sent.length];
  const after = (seconds: number | undefined) =>
    seconds === undefined ? undefined : Math.floor(loop.now()) + seconds * 1_000;
  const textOf = (time: number | undefined) => time && new Date(time).toISOString();

  function commandOf(operation: Omit<Create, 'kind' | 'retries'>): Sent {
    const { key, type, scope, group, alertAfterS, hasButtons, sender } = operation;
    const [expiresAt, deliverAt] = [after(operation.expiresInS), after(operation.deliverInS)];
    const alertAfterMs = alertAfterS && alertAfterS * 1_000;
    timeline.wish(key, { group, alertAfterMs, expiresAt, deliverAt });
    const user_ids = [...new Set(operation.users.map((user) => userId(user % users.length)))];
    const command = {
      user_ids,
      title: key,
      body: key,
      metadata: type ? { type } : {},
      scope,
      idempotency_key: key,
      group: group && { key: group, title: '{count} of them' },
      alert_after: alertAfterS,
      expires_at: textOf(expiresAt),
      deliver_at: textOf(deliverAt),
      actions: hasButtons ? buttons : undefined,
    };
    return { users: user_ids, key, command, type, sender, expiresAt, deliverAt };
  }

  /** Gives a command until it is answered. Undefined: it was refused, or that is not known. */
  async function give(
    cause: string,
    command: object,
    retries: number,
    isForeseen: (error: unknown) => boolean,
    sender?: Sender,
  ) {
    for (let attempt = 0; attempt <= retries; attempt += 1) {
      if (attempt > 0) await loop.sleep(retryAfterMs);
      const given = cloud.command(`${cause} attempt ${attempt}`, command, sender).catch((error: unknown) => {
        const isRefusal = refusals.some((each) => error instanceof each);
        if (isRefusal && !isForeseen(error)) {
          journal.violate('failures are foreseen', `${cause} was refused: ${reasonOf(error)}`);
        }
      });
      const answer = await Promise.race([given, loop.sleep(answerWithinMs)]);
      if (answer) return answer;
    }
    return undefined;
  }

  async function create(cause: string, one: Sent, retries: number, title = one.key): Promise<void> {
    if (title !== one.key) contested.add(one.key);
    const isForeseen = (error: unknown) =>
      (error instanceof IdempotencyConflict && contested.has(one.key)) ||
      (error instanceof Forbidden && !mayCreate(one.sender ?? 'service', one.type));
    const answer = await give(cause, { ...one.command, title }, retries, isForeseen, one.sender);
    if (!answer) return;
    if ('scheduled' in answer) {
      one.scheduledId = answer.scheduled.id;
      timeline.scheduled(one.key, one.users);
    }
    if (!('notifications' in answer) || !('suppressed' in answer)) return;
    for (const { user_id, id } of answer.notifications) journal.acknowledge(user_id, one.key, id);
    const told = [...answer.notifications.map(({ user_id }) => user_id), ...answer.suppressed];
    if (new Set(told).size !== one.users.length) {
      journal.violate('switched off leaves nothing', `${cause} was told of ${told.map(nameOf)}`);
    }
    trace?.(`${cause}: acknowledged ${answer.notifications.map(({ id }) => id).join(' ')}`);
  }

  /** Sends again what was sent before, unless its time is over, or it was called off. */
  function repeat(cause: string, operation: Extract<Operation, { kind: 'repeat' }>) {
    const one = nth(operation.nth);
    const isOver =
      one?.isCancelled || Math.min(one?.expiresAt ?? Infinity, one?.deliverAt ?? Infinity) < loop.now();
    if (!one || isOver) return;
    // The same key with other content makes nothing where the first has come through, which the journal checks.
    const isOther = operation.isOther && one.deliverAt === undefined;
    return create(cause, one, 1, isOther ? 'Other' : one.key);
  }

  async function cancel(cause: string, one: Sent | undefined): Promise<void> {
    if (one?.scheduledId === undefined) return;
    const command = { action: 'cancel', scheduled_id: one.scheduledId };
    // Whatever becomes of the answer.
    one.isCancelled = true;
    timeline.cancels(one.key);
    const isForeseen = (error: unknown) => error instanceof AlreadySent;
    const answer = await give(cause, command, 0, isForeseen, one.sender);
    if (answer) timeline.cancelled(one.key);
  }

  function edit(cause: string, operation: Extract<Operation, { kind: 'edit' }>) {
    const one = nth(operation.nth);
    if (!one) return;
    const { title, realert, hasButtons, expiresInS, type, sender } = operation;
    const expiresAt = expiresInS === null ? null : after(expiresInS);
    timeline.wishEdit(title, { expiresAt });
    const command = {
      action: 'update',
      user_ids: one.users,
      idempotency_key: one.key,
      title,
      realert,
      ...(hasButtons !== undefined && { actions: hasButtons ? buttons : null }),
      ...(expiresAt !== undefined && { expires_at: expiresAt && textOf(expiresAt) }),
      ...(type !== undefined && { metadata: { type } }),
    };
    return give(cause, command, 1, isChangeRefused(sender), sender);
  }

  return async (cause: string, operation: ProducerOperation): Promise<unknown> => {
    switch (operation.kind) {
      case 'create': {
        const one = commandOf(operation);
        sent.push(one);
        return create(cause, one, operation.retries);
      }
      case 'repeat':
        return repeat(cause, operation);
      case 'burst':
        for (let index = 0; index < operation.count; index += 1) {
          const key = `${operation.key} ${index}`;
          void create(`${cause} ${index}`, commandOf({ users: [operation.user], key, type: null }), 0);
        }
        return;
      case 'edit':
        return edit(cause, operation);
      case 'retract': {
        const { nth: index, sender } = operation;
        const one = nth(index);
        const command = { action: 'retract', user_ids: one?.users, idempotency_key: one?.key };
        return one && give(cause, command, 1, isChangeRefused(sender), sender);
      }
      case 'retract group': {
        const { group: group_key, sender } = operation;
        const command = { action: 'retract', user_ids: users, group_key };
        return give(cause, command, 1, isChangeRefused(sender), sender);
      }
      case 'cancel': {
        const scheduled = sent.filter(({ scheduledId }) => scheduledId !== undefined);
        return cancel(cause, scheduled[operation.nth % scheduled.length]);
      }
    }
  };
}
