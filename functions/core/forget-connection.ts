import { reasonOf } from './errors.ts';
import type { Connection, ConnectionRegistry, Logger } from './ports.ts';

/** Takes a connection's row away. One that stays is told to the log alone: it is of no more harm than a later 410. */
export async function forgetConnection(
  { registry, logger }: { registry: Pick<ConnectionRegistry, 'forget'>; logger: Logger },
  { user_id, connection_id }: Connection,
): Promise<void> {
  try {
    await registry.forget(user_id, connection_id);
  } catch (error) {
    logger.error('connection_not_forgotten', { connection_id, reason: reasonOf(error) });
  }
}
