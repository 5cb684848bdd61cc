import { invocation } from './platform/invocation.ts';
import { answerUnknownAction } from './transport/socket-doors.ts';

export const handler = invocation(answerUnknownAction);
