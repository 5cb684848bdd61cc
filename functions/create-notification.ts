import { logger, notificationService } from './platform/container.ts';
import { serveCreate } from './transport/create-doors.ts';

export const handler = serveCreate(notificationService(), logger);
