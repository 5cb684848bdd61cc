import { clock, logger, notificationService } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { updateRoutes } from './transport/routes.ts';
import { serve } from './transport/serve.ts';

export const handler = invocation(serve(updateRoutes(notificationService()), { clock, logger }));
