import { batch } from './benches/batch.ts';
import type { Bench } from './benches/bench.ts';
import { burst } from './benches/burst.ts';
import { client } from './benches/client.ts';
import { create } from './benches/create.ts';
import { depth } from './benches/depth.ts';
import { filter } from './benches/filter.ts';
import { firstRequest } from './benches/first-request.ts';
import { imports } from './benches/import.ts';
import { page } from './benches/page.ts';
import { queue } from './benches/queue.ts';
import { retention } from './benches/retention.ts';
import { sockets } from './benches/sockets.ts';
import { statement } from './benches/statement.ts';

/** All benches by name, in the order of the table. */
export const benches: Readonly<Record<string, Bench>> = {
  create,
  statement,
  import: imports,
  first: firstRequest,
  page,
  filter,
  depth,
  batch,
  queue,
  sockets,
  burst,
  retention,
  client,
};
