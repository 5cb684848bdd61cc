import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { closeServer, listen } from '../../local/http-server.ts';

/** Stands for an AWS that answers each call in this way, as AWS documents it: the type of an error is in a header. */
export async function awsThatAnswers(
  status: number,
  answer: { errorType?: string; body?: object },
): Promise<string> {
  const { errorType, body = { message: 'As AWS says it.' } } = answer;
  const server = createServer((_, response) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(errorType && { 'x-amzn-errortype': errorType, 'x-amzn-query-error': `${errorType};Sender` }),
    });
    response.end(JSON.stringify({ ...(errorType && { __type: errorType }), ...body }));
  });
  onTestFinished(() => closeServer(server));
  return `http://127.0.0.1:${await listen(server, 0)}`;
}
