import { clock, inboxReader, logger, policy } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { readRoutes } from './transport/routes.ts';
import { serve } from './transport/serve.ts';

export const handler = invocation(
  serve(readRoutes({ inbox: inboxReader(), policy: policy() }), { clock, logger }),
);
