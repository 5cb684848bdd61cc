import { NotFound } from '@belfry/functions/errors';
import type { Catalogue } from '../catalogue/define-catalogue.ts';
import { type CheckedCommand, toCheckedCommands } from './check-command.ts';
import type { CreateCommand, RetractCommand, UpdateCommand } from './command.ts';
import { checkAddress, type Door, type Outcome } from './doors.ts';
import {
  createReceipt,
  type Receipt,
  type RetractReceipt,
  retractReceipt,
  type UpdateReceipt,
  updateReceipt,
} from './receipt.ts';
import { type Send, type SendUpdate, sendBy, sendUpdateBy } from './send.ts';
import { createSender, type ProducerEnvironment, type ProducerOptions } from './sender.ts';

export interface Producer {
  /**
   * Creates a notification for each recipient of the command, but for those who have switched its type off. Up to 500
   * recipients are all or none. With `deliver_at` the service does that at its time.
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
  /**
   * Edits the notification of each recipient that a create with this key has made. Sent and tried again as `notify` does.
   * Repeated, it changes nothing more.
   *
   * @throws NotFound if no recipient has such a notification; doors that only accept the command try it again by themselves
   * @throws ValidationError, Unauthenticated, Forbidden, RateLimited, Unavailable as `notify` does
   * @example
   * await producer.update({ user_id, idempotency_key: `booking-${id}-confirmed`, title: 'Your seat has changed' });
   */
  update(command: UpdateCommand): Promise<UpdateReceipt>;
  /**
   * Takes back the notification of a key, or every notification of a group, from each recipient. A create with the key that
   * comes later brings nothing back.
   *
   * @throws NotFound, ValidationError, Unauthenticated, Forbidden, RateLimited, Unavailable as `update` does
   * @example
   * await producer.retract({ user_ids, idempotency_key: `event-${event.id}-starts` });
   */
  retract(command: RetractCommand): Promise<RetractReceipt>;
  /**
   * Calls off what a create with `deliver_at` has scheduled. Called off before, it is the same.
   *
   * @param scheduled_id of the receipt of `notify`
   * @throws AlreadySent if it was sent, or is being sent; not by doors that only accept the command
   * @throws NotFound if there is none, or another token's subject has scheduled it; likewise
   * @throws ValidationError, Unauthenticated, Forbidden, RateLimited, Unavailable as `notify` does
   */
  cancel(scheduled_id: number): Promise<void>;
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
  /**
   * Updates notifications of a type: `sendUpdate.<type>({ user_id, idempotency_key, metadata })`. With new metadata, the
   * catalogue says anew what they say and where they lead. Takes and answers the rest as `update` does.
   *
   * @throws ValidationError, TypeError as `send` does
   * @example
   * await producer.sendUpdate.booking_confirmed({ user_id, idempotency_key, metadata: { booking_id: '981', seats: 3 } });
   */
  readonly sendUpdate: SendUpdate<Inputs>;
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
  options?: ProducerOptions,
  environment?: ProducerEnvironment,
): Producer | TypedProducer<unknown> {
  checkAddress(door);
  const send = createSender(door, options, environment);

  /** Sends all parts of a command. A part that has failed for a reason of its own is an outcome with this error. */
  async function sendAll(
    commands: readonly CheckedCommand[],
    isOwn: (error: Error) => boolean = () => false,
  ): Promise<Outcome[]> {
    const outcomes = await Promise.all(commands.map(send));
    for (const { error } of outcomes) if (error && !isOwn(error)) throw error;
    return outcomes;
  }

  async function notify(command: CreateCommand): Promise<Receipt> {
    const idempotency_key = command.idempotency_key ?? crypto.randomUUID();
    const commands = toCheckedCommands({ ...command, idempotency_key });
    return { idempotency_key, ...createReceipt(await sendAll(commands), commands[0]?.json ?? '') };
  }

  /**
   * Sends the parts of an update or a retract.
   * @throws NotFound if all parts answer it. If some do, their recipients are missing
   */
  async function sendEdit(command: { user_ids?: readonly string[] | null | undefined }): Promise<Outcome[]> {
    const commands = toCheckedCommands(command);
    const outcomes = await sendAll(commands, (error) => error instanceof NotFound);
    const [failed, ...others] = outcomes.filter(({ error }) => error);
    if (failed?.error && others.length + 1 === outcomes.length) throw failed.error;
    return outcomes.map(({ error, answer }, index) =>
      error ? { answer: { missing: JSON.parse(commands[index]?.json ?? '').user_ids } } : { answer },
    );
  }

  const update = async (command: UpdateCommand) =>
    updateReceipt(await sendEdit({ ...command, ...{ action: 'update' } }));

  return {
    notify,
    update,
    retract: async (command) => retractReceipt(await sendEdit({ ...command, ...{ action: 'retract' } })),
    async cancel(scheduled_id) {
      await sendAll(toCheckedCommands({ action: 'cancel', scheduled_id }));
    },
    ...(door.catalogue && {
      send: sendBy(notify, door.catalogue),
      sendUpdate: sendUpdateBy(update, door.catalogue),
    }),
  };
}
