import { connectionRegistry, metrics } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { serveDisconnect } from './transport/sockets.ts';

export const handler = invocation(serveDisconnect({ registry: connectionRegistry(), metrics }));
