import { clock, tick } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { serveTick } from './transport/maintenance.ts';

export const handler = invocation(serveTick(tick(), clock));
