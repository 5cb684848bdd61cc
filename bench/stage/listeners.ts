import { join } from 'node:path';
import { startChild } from './child.ts';
import { type Reply, requestsTo } from './requests.ts';

/** A frame that has come: the number of its create, and when, by the clock of the machine in milliseconds. */
export interface Receipt {
  number: number;
  at: number;
}

/** Frames to wait for: of creates from this number on, so many, at most for this time. */
export interface Collect {
  from: number;
  frames: number;
  withinMs: number;
}

export interface ListenersRequest {
  id: number;
  /** The URLs of sockets to open. */
  open?: string[];
  collect?: Collect;
}

type Result = { receipts?: Receipt[] };
export type ListenersReply = Reply<Result>;

/** Many sockets, in a process that does nothing else. */
export interface Listeners {
  /** Opens these sockets, and resolves when all are open. */
  open(urls: string[]): Promise<void>;
  /** Resolves with the frames when all have come, or with fewer when the time is over. */
  collect(frames: Collect): Promise<Receipt[]>;
  stop(): Promise<void>;
}

/** Starts a process for sockets. */
export async function startListeners(): Promise<Listeners> {
  const child = await startChild(join(import.meta.dirname, 'listeners-process.ts'), []);
  const ask = requestsTo<Omit<ListenersRequest, 'id'>, Result>('process of the sockets', child);
  return {
    open: async (urls) => void (await ask({ open: urls })),
    collect: async (collect) => (await ask({ collect })).receipts ?? [],
    stop: () => child.stop(),
  };
}
