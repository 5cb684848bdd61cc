export {
  AlreadySent,
  Forbidden,
  IdempotencyConflict,
  NotFound,
  RateLimited,
  Unauthenticated,
  Unavailable,
  ValidationError,
} from '@belfry/functions/errors';
export type { CreateCommand, RetractCommand, UpdateCommand } from './producer/command.ts';
export {
  createProducer,
  type Producer,
  type TypedProducer,
} from './producer/create-producer.ts';
export type { AwsClient, Door, EventDoor, HttpDoor, InvokeDoor, QueueDoor } from './producer/doors.ts';
export type { Receipt, RetractReceipt, UpdateReceipt } from './producer/receipt.ts';
export type { Send, SendCommand, SendUpdate, SendUpdateCommand } from './producer/send.ts';
export type { ProducerOptions } from './producer/sender.ts';
