import { createServer, request as send } from 'node:http';
import { closeServer, listen } from '../../../local/http-server.ts';

/** A line to the HTTP API that is slow at the wrong moment: it holds what a browser asks before it marks something. */
export async function holdPreflights(apiUrl: string) {
  const held: (() => void)[] = [];
  const server = createServer((request, response) => {
    const { method, headers, url = '/' } = request;
    const pass = () => {
      const passed = send(new URL(url, apiUrl), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(passed);
    };
    if (method === 'OPTIONS' && url.endsWith('/mark')) held.push(pass);
    else pass();
  });
  const port = await listen(server, 0);
  return {
    url: `http://localhost:${port}`,
    held: () => held.length,
    letGo(): void {
      for (const pass of held.splice(0)) pass();
    },
    [Symbol.asyncDispose]: () => closeServer(server),
  };
}
