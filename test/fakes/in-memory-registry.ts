import type { Clock, Connection, ConnectionRegistry } from '../../functions/core/ports.ts';

export interface InMemoryRegistry extends ConnectionRegistry {
  has(connection: Connection): boolean;
}

/** The connections of each user without a table, and whether one of them is there. */
export function createInMemoryRegistry(clock: Clock): InMemoryRegistry {
  const connections = new Map<string, Connection>();

  return {
    async add(connection) {
      connections.set(connection.connection_id, { ...connection });
    },
    async remove(connection_id) {
      connections.delete(connection_id);
    },
    async forget(user_id, connection_id) {
      if (connections.get(connection_id)?.user_id === user_id) connections.delete(connection_id);
    },
    async find(user_id) {
      const found = [...connections.values()].filter((connection) => connection.user_id === user_id);
      const isLive = ({ expires_at }: Connection) => expires_at > clock();
      const copy = (connection: Connection) => ({ ...connection });
      return {
        live: found.filter(isLive).map(copy),
        expired: found.filter((connection) => !isLive(connection)).map(copy),
      };
    },
    has: ({ connection_id }) => connections.has(connection_id),
    async count() {
      return [...connections.values()].filter(({ expires_at }) => expires_at > clock()).length;
    },
  };
}
