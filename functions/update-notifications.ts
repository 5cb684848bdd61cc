import { clock, logger, notificationService, policy } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { updateRoutes } from './transport/routes.ts';
import { serve } from './transport/serve.ts';

// A read-all of a hundred thousand rows takes seconds, and one that is broken off has done nothing.
const service = notificationService({ statementTimeoutMs: 18_000 });

export const handler = invocation(
  serve(updateRoutes({ service, policy: policy(), clock }), { clock, logger }),
);
