/** DynamoDB on this machine (dynalite), in memory. Sends its port. */
import dynalite from 'dynalite';
import { listen } from '../../local/http-server.ts';
import { obeyParent } from './child-process.ts';

obeyParent();
const server = dynalite({ createTableMs: 0 });
// While another arm has its turn, connections stay idle. None may be lost meanwhile.
server.keepAliveTimeout = 3_600_000;
process.send?.({ port: await listen(server, 0) });
