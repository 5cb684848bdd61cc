import { retention } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { serveRetention } from './transport/maintenance.ts';

export const handler = invocation(serveRetention(retention()));
