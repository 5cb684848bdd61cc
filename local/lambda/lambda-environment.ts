import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock } from '../clock.ts';
import { environmentProgram } from './lambda-program.ts';

/** A request of the parent to an environment. */
export interface Request {
  requestId: string;
  /** JSON. */
  event: string;
  invokedFunctionArn: string;
  functionVersion: string;
  timeoutMs: number;
  /** Of X-Ray: `Root=…;Parent=…;Sampled=0`. https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
  traceId: string;
  /** How far the runtime's clock is ahead of the machine's. 0 unless a test has moved it. */
  clockOffsetMs: number;
}

/**
 * An answer of an environment: `started` when the bundle is loaded, then how the request ended. Payloads are JSON.
 * `fatal` comes if the bundle cannot be loaded. The process ends after it.
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
  /** Undefined if the process could not be started. */
  pid: number | undefined;
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

/**
 * What Lambda starts Node with, beside the sizes of its heap.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
const nodeOptions = ['--no-experimental-require-module', '--no-experimental-detect-module'];

/**
 * Starts an environment. Its process has the environment variables `variables` and no others. It ends when this process
 * ends. If it is frozen then, a guard must wake it first. `onLine` gets every line that the function prints.
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
  const child = fork(environmentProgram(), [], {
    cwd: codeDirectory,
    env: variables,
    execPath: process.execPath,
    execArgv: nodeOptions,
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
    // 'close' comes after the last message and the last line. 'exit' can come before them.
    child.once('close', (code, signal) => end(describeExit(code, signal)));
  });

  function kill(): Promise<void> {
    isAlive = false;
    // Not SIGTERM: on Lambda, a function cannot refuse to end either.
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
      // If the process has just ended, the message is lost, and 'close' ends the request.
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
