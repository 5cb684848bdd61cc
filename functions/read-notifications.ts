import { clock, inboxReader, logger } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { readRoutes } from './transport/routes.ts';
import { serve } from './transport/serve.ts';

export const handler = invocation(serve(readRoutes(inboxReader()), { clock, logger }));
