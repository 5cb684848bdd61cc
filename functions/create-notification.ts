import { clock, commandService, createPolicy, logger, metrics, rateLimiter } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { serveCreate } from './transport/create-doors.ts';
import { createRoutes } from './transport/create-routes.ts';
import { serve } from './transport/serve.ts';

const service = commandService();
const policy = createPolicy();
const http = serve(createRoutes({ service, policy, limiter: rateLimiter(), metrics, clock }), {
  clock,
  logger,
});

export const handler = invocation(serveCreate({ service, policy, http, metrics, logger, clock }));
