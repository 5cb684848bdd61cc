import { eventPublisher } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { serveEvents } from './transport/events-stream.ts';

export const handler = invocation(serveEvents(eventPublisher()));
