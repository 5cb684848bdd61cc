export {
  Forbidden,
  IdempotencyConflict,
  RateLimited,
  Unauthenticated,
  Unavailable,
  ValidationError,
} from '../../functions/core/errors.ts';
export type { CreateCommand } from './producer/command.ts';
export {
  createProducer,
  type Producer,
  type ProducerOptions,
  type Receipt,
} from './producer/create-producer.ts';
export type { AwsClient, Door, EventDoor, FunctionDoor, HttpDoor, QueueDoor } from './producer/doors.ts';
