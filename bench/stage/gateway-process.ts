/**
 * Stands for the WebSocket API of API Gateway: holds sockets, and sends what is posted to `@connections/<id>` to the socket
 * whose URL has this id as its path. It checks no signature and calls no function. Sends its port.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen } from '../../local/http-server.ts';
import { obeyParent } from './child-process.ts';

obeyParent();
const sockets = new Map<string, WebSocket>();
const server = createServer(async (request, response) => {
  const frame = await text(request);
  const [, id = ''] = (request.url ?? '').split('/@connections/');
  const socket = sockets.get(decodeURIComponent(id));
  if (socket) socket.send(frame);
  else response.statusCode = 410;
  response.end();
});
// A function keeps its connections while it is idle. None may be lost meanwhile.
server.keepAliveTimeout = 3_600_000;
new WebSocketServer({ server }).on('connection', (socket, { url = '' }) => {
  const id = url.slice(1);
  sockets.set(id, socket);
  socket.on('close', () => sockets.delete(id));
});
process.send?.({ port: await listen(server, 0) });
