/** An arm of the repository alone: stores a create command, without its parsing before and the delivery after it. */
import { createDatabase } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';

const connectionString = process.env.DATABASE_URL ?? '';
const repository = createNotificationRepository(createDatabase({ connectionString }), { scopes: [] });

interface Command {
  user_ids: string[];
  title: string;
  body: string;
  metadata: Record<string, string>;
  idempotency_key: string;
}

export function handler({ user_ids, idempotency_key, ...content }: Command): Promise<object> {
  const command = {
    ...content,
    ...{ actor_id: null, channel: 'in_app', scope: null, actions: null, expires_at: null },
    ...{ group: null, alert_after: null },
  };
  const rule = { scope: null, type: null, typeName: null, optional: null };
  return repository.create(command, rule, user_ids, idempotency_key);
}
