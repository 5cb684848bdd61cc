/** The index of the connections table that finds the owner of a connection. */
export const connectionIdIndex = 'by_connection_id';
