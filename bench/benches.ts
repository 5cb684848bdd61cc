import type { Bench } from './benches/bench.ts';
import { create } from './benches/create.ts';
import { page } from './benches/page.ts';

/** All benches by name, in the order of the table. */
export const benches: Readonly<Record<string, Bench>> = { create, page };
