export {
  Forbidden,
  IdempotencyConflict,
  RateLimited,
  Unauthenticated,
  Unavailable,
  ValidationError,
} from '@belfry/functions/errors';
export type { CreateCommand } from './producer/command.ts';
export {
  createProducer,
  type Producer,
  type ProducerOptions,
  type TypedProducer,
} from './producer/create-producer.ts';
export type { AwsClient, Door, EventDoor, HttpDoor, InvokeDoor, QueueDoor } from './producer/doors.ts';
export type { Receipt } from './producer/receipt.ts';
export type { Send, SendCommand } from './producer/send.ts';
