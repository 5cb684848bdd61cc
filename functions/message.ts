import { invocation } from './platform/invocation.ts';
import { answerUnknownAction } from './transport/sockets.ts';

export const handler = invocation(answerUnknownAction);
