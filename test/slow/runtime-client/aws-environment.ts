import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FunctionSpec } from '../../../local/lambda/lambda-function.ts';
import { type Answer, type Environment, traceId } from './environment.ts';
import { installRuntimeClient } from './install.ts';
import { type Posted, startRuntimeApi } from './runtime-api.ts';

/**
 * What Lambda's bootstrap script starts Node with, beside sizes of its heap.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-experimental-features
 */
const nodeOptions = ['--no-experimental-require-module', '--no-experimental-detect-module'];

const nativeClient = join(import.meta.dirname, 'native-client.cjs');

/** Starts an environment of a function as Lambda does: AWS's own runtime client runs it, and asks a Runtime API for events. */
export async function startAwsEnvironment(spec: FunctionSpec): Promise<Environment> {
  const client = await installRuntimeClient();
  let finish: ((answer: Answer) => void) | undefined;
  let exited: string | undefined;
  const end = (answer: Answer) => {
    finish?.(answer);
    finish = undefined;
  };
  const api = await startRuntimeApi(
    ({ kind, body }: Posted) => end({ isFailure: kind !== 'response', payload: JSON.parse(body) }),
    () => {
      // Lambda freezes an environment once it asks for the next event and there is none.
      if (!finish) child.kill('SIGSTOP');
    },
  );
  const child = spawn(process.execPath, [...nodeOptions, '--require', nativeClient, client], {
    cwd: spec.codeDirectory,
    env: { ...variablesOnLambda(spec), AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => printed.push(line));
  }
  const gone = new Promise<void>((resolve) => {
    child.once('close', (code) => {
      exited =
        code === 0
          ? 'Runtime exited without providing a reason'
          : `Runtime exited with error: exit status ${code}`;
      // What the client has posted before it has ended says more.
      setImmediate(() => end(exitError()));
      resolve();
    });
  });
  const exitError = (): Answer => ({
    isFailure: true,
    payload: { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: ${exited}` },
  });
  let requestId = '';

  return {
    printed,
    async invoke(event) {
      requestId = randomUUID();
      if (exited !== undefined) return exitError();
      const { promise, resolve } = Promise.withResolvers<Answer>();
      finish = resolve;
      child.kill('SIGCONT');
      const deadline = Date.now() + spec.timeoutMs;
      void api.give(JSON.stringify(event), { requestId, functionArn: spec.arn, deadline, traceId });
      return promise;
    },
    async stop() {
      child.kill('SIGKILL');
      await gone;
      await api.stop();
    },
  };
}

/**
 * The environment variables of a function's process on Lambda.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function variablesOnLambda(spec: FunctionSpec): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = spec.credentials;
  return {
    ...spec.environment,
    _HANDLER: spec.handler,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup ?? `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef',
    AWS_LAMBDA_LOG_FORMAT: spec.logFormat ?? 'Text',
    // With the JSON format, Lambda keeps what is INFO and above unless the template says otherwise.
    ...(spec.logFormat === 'JSON' && { AWS_LAMBDA_LOG_LEVEL: 'INFO' }),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    LANG: 'en_US.UTF-8',
    LAMBDA_TASK_ROOT: spec.codeDirectory,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    LD_LIBRARY_PATH:
      '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
    NODE_PATH: '/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules',
    TZ: ':UTC',
  };
}
