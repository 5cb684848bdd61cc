import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Notice, Order, Reply, Request } from './lambda-messages.ts';
import { programOf } from './lambda-program.ts';

/** What a process of an environment tells. `onEnded` comes last, with the reason as Lambda words it. */
export interface ProcessEvents {
  onReply(reply: Reply): void;
  /** Gets every line that the function prints. */
  onLine(stream: 'stdout' | 'stderr', line: string): void;
  onEnded(reason: string): void;
}

/** The process of one environment. It ends when this process ends. */
export interface EnvironmentProcess {
  /** Continues the process and sends it a request. The process is frozen again when it has answered. */
  serve(request: Request): void;
  kill(): void;
}

/** The processes of all environments. */
export interface Processes {
  /** Starts a process that has the environment variables `variables` and no others. Returns at once. */
  start(
    options: { codeDirectory: string; variables: Record<string, string> },
    events: ProcessEvents,
  ): EnvironmentProcess;
  /** Ends the host, and every process that still runs. */
  stop(): Promise<void>;
}

/** Starts processes through the host of lambda-host.ts, which starts with the first of them. */
export function createProcesses(): Processes {
  const running = new Map<number, ProcessEvents>();
  let lastId = 0;
  let host: ChildProcess | undefined;

  function startHost(): ChildProcess {
    const started = fork(programOf('lambda-host'), [], {
      env: {},
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    started.on('message', receive);
    const end = () => {
      if (host !== started) return;
      host = undefined;
      for (const { onEnded } of running.values()) onEnded('Runtime exited with error: its host has ended');
      running.clear();
    };
    started.once('error', end);
    started.once('exit', end);
    return started;
  }

  function receive(notice: Notice): void {
    const events = running.get(notice.id);
    if (notice.kind === 'reply') events?.onReply(notice.reply);
    else if (notice.kind === 'line') events?.onLine(notice.stream, notice.line);
    else {
      running.delete(notice.id);
      events?.onEnded(notice.reason);
    }
  }

  /** If the host has just ended, the order is lost, and `onEnded` says so. */
  const order = (given: Order) => void host?.send(given, () => {});

  return {
    start({ codeDirectory, variables }, events) {
      host ??= startHost();
      lastId += 1;
      const id = lastId;
      running.set(id, events);
      order({ kind: 'start', id, program: programOf('lambda-bootstrap'), codeDirectory, variables });
      return {
        serve: (request) => order({ kind: 'serve', id, request }),
        kill: () => order({ kind: 'kill', id }),
      };
    },
    async stop() {
      if (!host) return;
      const ended = once(host, 'exit');
      host.disconnect();
      await ended;
    },
  };
}
