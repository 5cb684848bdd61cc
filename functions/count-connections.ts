import { connectionRegistry, metrics } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { serveCount } from './transport/maintenance.ts';

export const handler = invocation(serveCount({ registry: connectionRegistry(), metrics }));
