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
  type Receipt,
} from './producer/create-producer.ts';
export type { AwsClient, Door, EventDoor, HttpDoor, InvokeDoor, QueueDoor } from './producer/doors.ts';
