import { clock, inboxReader, logger } from './platform/container.ts';
import { readRoutes } from './transport/routes.ts';
import { serve } from './transport/serve.ts';

export const handler = serve(readRoutes(inboxReader()), { clock, logger });
