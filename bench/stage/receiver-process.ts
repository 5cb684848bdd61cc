/** Stands for the `@connections` API: takes every post, and answers 200. Sends its port. */
import { createServer } from 'node:http';
import { listen } from '../../local/http-server.ts';
import { obeyParent } from './child-process.ts';

obeyParent();
const server = createServer((request, response) => {
  request.resume().on('end', () => response.end());
});
// While another arm has its turn, connections stay idle. None may be lost meanwhile.
server.keepAliveTimeout = 3_600_000;
process.send?.({ port: await listen(server, 0) });
