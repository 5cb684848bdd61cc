export { answerUnknownAction as handler } from './transport/socket-doors.ts';
