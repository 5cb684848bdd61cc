import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../local/clock.ts';
import { invocationOf } from '../../../local/lambda/invocation.ts';
import { startEnvironment } from '../../../local/lambda/lambda-environment.ts';
import { type FunctionSpec, variablesOf } from '../../../local/lambda/lambda-function.ts';
import { createProcesses } from '../../../local/lambda/lambda-processes.ts';
import { type Environment, traceId } from './environment.ts';

/** Starts an environment of a function as the local runtime does. */
export async function startLocalEnvironment(spec: FunctionSpec): Promise<Environment> {
  const printed: string[] = [];
  const processes = createProcesses();
  const environment = startEnvironment({
    clock: systemClock,
    processes,
    codeDirectory: spec.codeDirectory,
    variables: variablesOf(spec, { region: 'us-east-1', now: Date.now() }),
    onLine: (_stream, line) => printed.push(line),
  });
  return {
    printed,
    async invoke(event) {
      const requestId = randomUUID();
      const outcome = await environment.serve({
        requestId,
        event: JSON.stringify(event),
        invokedFunctionArn: spec.arn,
        functionVersion: '$LATEST',
        timeoutMs: spec.timeoutMs,
        traceId,
        clockOffsetMs: 0,
      });
      const { functionError, payload } = invocationOf(requestId, outcome);
      return { isFailure: functionError !== undefined, payload };
    },
    stop: () => processes.stop(),
  };
}
