/**
 * The program of the host: one process that starts the processes of all environments, for the runtime. The runtime is
 * large, and while a large program starts a process, it does nothing else: about 10 ms, and under load 80 ms. A burst of
 * 150 environments would keep gateway and database waiting for seconds. The host is small, and they wait for nothing.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { startGuard } from '../process-guard.ts';
import type { Notice, Order, Reply } from './lambda-messages.ts';

/**
 * What Lambda starts Node with, beside the sizes of its heap.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
const nodeOptions = ['--no-experimental-require-module', '--no-experimental-detect-module'];

/**
 * Wakes the environments if the host has been killed, so that they notice it and end too: a frozen process cannot. If
 * another process has the number of an environment by then, the signal does it no harm.
 */
const wakeScript = 'while read -r pid; do pids="$pids $pid"; done; kill -CONT $pids';

const children = new Map<number, ChildProcess>();
const guard = startGuard(wakeScript);

process.on('message', (order: Order) => {
  const child = children.get(order.id);
  switch (order.kind) {
    case 'start':
      return start(order);
    case 'serve':
      child?.kill('SIGCONT');
      // If the process has just ended, the message is lost, and `ended` says so.
      return void child?.send(order.request, () => {});
    case 'kill':
      // Not SIGTERM: on Lambda, a function cannot refuse to end either.
      return void child?.kill('SIGKILL');
  }
});
// The runtime has ended. No environment may stay behind.
process.on('disconnect', () => {
  for (const child of children.values()) child.kill('SIGKILL');
  guard.stop();
  process.exit();
});
// Ctrl-C in a terminal reaches every process of the group. Only the runtime ends requests.
process.on('SIGINT', () => {});

function start({ id, program, codeDirectory, variables }: Extract<Order, { kind: 'start' }>): void {
  const child = fork(program, [], {
    cwd: codeDirectory,
    env: variables,
    execPath: process.execPath,
    execArgv: nodeOptions,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.set(id, child);
  if (child.pid !== undefined) guard.tell(String(child.pid));
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (input) createInterface({ input }).on('line', (line) => tell({ kind: 'line', id, stream, line }));
  }
  child.on('message', (reply: Reply) => {
    if (reply.kind === 'result' || reply.kind === 'failure') child.kill('SIGSTOP');
    tell({ kind: 'reply', id, reply });
  });
  function end(reason: string): void {
    if (children.delete(id)) tell({ kind: 'ended', id, reason });
  }
  child.once('error', (error) => end(`could not run: ${error.message}`));
  // 'close' comes after the last message and the last line. 'exit' can come before them.
  child.once('close', (code, signal) => end(describeExit(code, signal)));
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `Runtime exited with error: signal: ${signal}`;
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}

function tell(notice: Notice): void {
  // If the runtime has just ended, the message is lost, and 'disconnect' ends this process.
  process.send?.(notice, () => {});
}
