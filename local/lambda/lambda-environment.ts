import type { Clock } from '../clock.ts';
import type { Reply, Request } from './lambda-messages.ts';
import type { Processes } from './lambda-processes.ts';

/** How one request ended. */
export interface Outcome {
  isFailure: boolean;
  /** JSON: the handler's result, or `{ errorType, errorMessage, trace }`. */
  payload: string;
}

/**
 * One process that holds one function's code and serves one request at a time. Between two requests it is frozen: no
 * timer of the function runs, and no socket of it is served.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
 */
export interface Environment {
  /** Serves a request. Never rejects. Call it again only after it has settled, and only while `isAlive`. */
  serve(request: Request): Promise<Outcome>;
  isAlive(): boolean;
  /** Kills the process, and resolves when it has ended. */
  kill(): Promise<void>;
  /** Resolves when the process has ended, for whatever reason, and all of its output is read. */
  gone: Promise<void>;
}

/**
 * Lambda gives a bundle 10 seconds to load. After that, it loads the bundle again within the function's time-out.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
 */
const initTimeoutMs = 10_000;

/** Starts an environment. Its process has the environment variables `variables` and no others. */
export function startEnvironment({
  clock,
  processes,
  codeDirectory,
  variables,
  onLine,
}: {
  clock: Clock;
  processes: Processes;
  codeDirectory: string;
  variables: Record<string, string>;
  /** Gets every line that the function prints. */
  onLine: (stream: 'stdout' | 'stderr', line: string) => void;
}): Environment {
  let isAlive = true;
  let exitReason = '';
  let onReply: (reply: Reply) => void = () => {};
  let onExit: (reason: string) => void = () => {};
  const { promise: gone, resolve: end } = Promise.withResolvers<void>();
  const child = processes.start(
    { codeDirectory, variables },
    {
      onLine,
      onReply(reply) {
        if (reply.kind === 'fatal') isAlive = false;
        onReply(reply);
      },
      onEnded(reason) {
        isAlive = false;
        exitReason = reason;
        onExit(reason);
        end();
      },
    },
  );

  function kill(): Promise<void> {
    isAlive = false;
    child.kill();
    return gone;
  }

  function serve(request: Request): Promise<Outcome> {
    return new Promise((resolve) => {
      const finish = (outcome: Outcome) => {
        cancelTimeout();
        onReply = () => {};
        onExit = () => {};
        resolve(outcome);
      };
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html; the message and the type are seen in answers.
      const timeOut = () => {
        const seconds = (request.timeoutMs / 1000).toFixed(2);
        const outcome = failure(request, 'Sandbox.Timedout', `Task timed out after ${seconds} seconds`);
        onExit = () => finish(outcome);
        onReply = () => {};
        void kill();
      };
      const exit = (reason: string) => finish(failure(request, 'Runtime.ExitError', reason));
      let cancelTimeout = clock.after(initTimeoutMs + request.timeoutMs, timeOut);
      onReply = (reply) => {
        if (reply.kind !== 'started') {
          return finish({ isFailure: reply.kind !== 'result', payload: reply.payload });
        }
        cancelTimeout();
        cancelTimeout = clock.after(request.timeoutMs, timeOut);
      };
      onExit = exit;
      if (!isAlive) return exit(exitReason);
      child.serve(request);
    });
  }

  return { serve, isAlive: () => isAlive, kill, gone };
}

function failure({ requestId }: Request, errorType: string, reason: string): Outcome {
  const errorMessage = `RequestId: ${requestId} Error: ${reason}`;
  return { isFailure: true, payload: JSON.stringify({ errorType, errorMessage }) };
}
