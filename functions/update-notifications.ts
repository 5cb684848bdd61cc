import { clock, logger, notificationService } from './platform/container.ts';
import { updateRoutes } from './transport/routes.ts';
import { serve } from './transport/serve.ts';

export const handler = serve(updateRoutes(notificationService()), { clock, logger });
