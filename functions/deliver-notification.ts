import { deadLetters, logger, redelivery } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { serveRedelivery } from './transport/deliveries-stream.ts';

const deliver = serveRedelivery({ redelivery: redelivery(), deadLetters: deadLetters(), logger });

export const handler = invocation(deliver);
