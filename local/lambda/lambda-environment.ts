import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../clock.ts';

/** What the parent asks of an environment. */
export interface Request {
  requestId: string;
  /** JSON. */
  event: string;
  invokedFunctionArn: string;
  functionVersion: string;
  timeoutMs: number;
  /** How far the runtime's clock is ahead of the machine's; 0 unless a test has moved it. */
  clockOffsetMs: number;
}

/**
 * What an environment says: `started` once the bundle is loaded, then how the request ended; payloads are JSON.
 * After `fatal`, which may come at any time, the process ends.
 */
export type Reply = { kind: 'started' } | { kind: 'result' | 'failure' | 'fatal'; payload: string };

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
  /** Undefined where the process could not be started. */
  pid: number | undefined;
  /** Serves a request; never rejects. Ask again only after it has settled, and only while `isAlive`. */
  serve(request: Request): Promise<Outcome>;
  isAlive(): boolean;
  /** Ends the process at once and resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves when the process is gone, whatever the cause, and all of its output has been read. */
  gone: Promise<void>;
}

/**
 * Lambda gives the loading of a bundle 10 seconds of its own, then begins it again within the function's time-out.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
 */
const initTimeoutMs = 10_000;

const bootstrap = fileURLToPath(new URL('./lambda-bootstrap.ts', import.meta.url));

/**
 * Starts an environment. Its process sees `variables` and nothing of this process's own environment, and ends by
 * itself when this process goes, unless it is frozen: a guard then has to wake it. `onLine` gets every line that the function prints.
 */
export function startEnvironment({
  clock,
  codeDirectory,
  variables,
  onLine,
}: {
  clock: Clock;
  codeDirectory: string;
  variables: Record<string, string>;
  onLine: (stream: 'stdout' | 'stderr', line: string) => void;
}): Environment {
  const child = fork(bootstrap, [], {
    cwd: codeDirectory,
    env: variables,
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  forwardLines(child, onLine);

  let isAlive = true;
  let exitReason = '';
  let onReply: (reply: Reply) => void = () => {};
  let onExit: (reason: string) => void = () => {};
  child.on('message', (reply: Reply) => {
    if (reply.kind === 'fatal') isAlive = false;
    onReply(reply);
  });
  const gone = new Promise<void>((resolve) => {
    function end(reason: string): void {
      isAlive = false;
      exitReason = reason;
      onExit(reason);
      resolve();
    }
    child.once('error', (error) => end(`could not run: ${error.message}`));
    // 'close' comes after the last message and the last line, 'exit' may come before them.
    child.once('close', (code, signal) => end(describeExit(code, signal)));
  });

  function kill(): Promise<void> {
    isAlive = false;
    // Not SIGTERM: Lambda gives a function no chance to refuse either.
    child.kill('SIGKILL');
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
          if (isAlive) child.kill('SIGSTOP');
          return finish({ isFailure: reply.kind !== 'result', payload: reply.payload });
        }
        cancelTimeout();
        cancelTimeout = clock.after(request.timeoutMs, timeOut);
      };
      onExit = exit;
      if (!isAlive) return exit(exitReason);
      child.kill('SIGCONT');
      // A child that died a moment ago cannot take it; its 'close' tells.
      child.send(request, () => {});
    });
  }

  return { pid: child.pid, serve, isAlive: () => isAlive, kill, gone };
}

function failure({ requestId }: Request, errorType: string, reason: string): Outcome {
  const errorMessage = `RequestId: ${requestId} Error: ${reason}`;
  return { isFailure: true, payload: JSON.stringify({ errorType, errorMessage }) };
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `Runtime exited with error: signal: ${signal}`;
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}

function forwardLines(
  child: ChildProcess,
  onLine: (stream: 'stdout' | 'stderr', line: string) => void,
): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (input) createInterface({ input }).on('line', (line) => onLine(stream, line));
  }
}
