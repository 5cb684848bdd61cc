import { deadLetters, logger, redelivery } from './platform/container.ts';
import { serveRedelivery } from './transport/stream-door.ts';

export const handler = serveRedelivery({
  redelivery: redelivery(),
  deadLetters: deadLetters(),
  logger,
});
