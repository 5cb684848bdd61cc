import { connectionRegistry } from './platform/container.ts';
import { serveDisconnect } from './transport/socket-doors.ts';

export const handler = serveDisconnect(connectionRegistry());
