import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';
import { parseExactly } from '../json.ts';
import { printedBy, type Report } from '../report.ts';
import { openStorage, type Storage } from '../storage.ts';
import {
  asyncRequestLimitBytes,
  describeEnd,
  encode,
  type Invocation,
  invocationOf,
  requestLimitBytes,
} from './invocation.ts';
import { type AsyncEvent, createAsyncInvocations } from './lambda-async.ts';
import { createConcurrency, defaultAccountConcurrency } from './lambda-concurrency.ts';
import { startEnvironment } from './lambda-environment.ts';
import type { EnvironmentCounts } from './lambda-environment-report.ts';
import { createEnvironments, defaultMaxEnvironments, type Pool } from './lambda-environments.ts';
import {
  checkVariables,
  type FunctionSpec,
  isVersion,
  parseFunctionName,
  variablesOf,
} from './lambda-function.ts';
import { createPermissions, type Invoker, type Permission } from './lambda-permissions.ts';
import { createProcesses } from './lambda-processes.ts';

export interface LambdaService {
  /**
   * Adds a function. The settings of asynchronous invocations may change in `spec` later, as an
   * `AWS::Lambda::EventInvokeConfig` does.
   * @throws Error if the directory of the bundle does not exist, if a variable is reserved, or if the function reserves
   * more concurrency than the account has to give
   */
  createFunction(spec: FunctionSpec): void;
  /** Allows a service to invoke a function. Without a permission that matches, a service is refused. */
  addPermission(permission: Permission): void;
  /**
   * Runs a function and waits until it ends. If the function fails, the `Invocation` has a `functionError`.
   * @throws AwsError if Lambda refuses: `ResourceNotFoundException`, `AccessDeniedException`,
   * `TooManyRequestsException`, or `RequestEntityTooLargeException` over 6 MB (AWS documents it as
   * `RequestTooLargeException`, but uses this name)
   */
  invoke(nameOrArn: string, payload: unknown, invoker: Invoker): Promise<Invocation>;
  /**
   * Accepts an event of up to 1 MB, stores it, and runs it later, with retries. Throws as `invoke` does, but never
   * `TooManyRequestsException`.
   */
  invokeAsync(nameOrArn: string, payload: unknown, invoker: Invoker): { requestId: string };
  /** Continues the events that an earlier process has accepted and not finished. */
  resume(): void;
  functions(): Pick<FunctionSpec, 'name' | 'codeDirectory'>[];
  /**
   * Runs a function from another directory. The next request gets an environment with the new code; a request that is
   * being served ends in its old environment.
   */
  replaceCode(name: string, codeDirectory: string): void;
  /** How many requests are being served, or wait for an environment. */
  running(): number;
  /** How many environments there are now. An idle one lives for five minutes. */
  environments(): EnvironmentCounts;
  /** Kills every environment, busy or not, and resolves when all have ended. */
  stop(): Promise<void>;
}

interface LocalFunction {
  spec: FunctionSpec;
  pool: Pool;
}

/** The header of a trace that X-Ray does not sample. Lambda makes one for each request. */
function newTraceId(now: number): string {
  const seconds = Math.floor(now / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}

/**
 * AWS Lambda on this machine. Each environment is one process that serves one request at a time. All versions of a
 * function have the same code, because nothing is deployed twice. The AWS SDKs of the functions call `endpointUrl`. The
 * functions trust the certificate authority in `extraCaFile`, in addition to those of Node.
 */
export function createLambda({
  clock,
  report,
  region,
  endpointUrl,
  extraCaFile,
  sendToQueue,
  storage = openStorage(),
  maxEnvironments = defaultMaxEnvironments(),
  accountConcurrency = defaultAccountConcurrency,
}: {
  clock: Clock;
  report: Report;
  region: string;
  endpointUrl: () => string;
  extraCaFile?: string;
  /** Sends the record of a failed asynchronous invocation to a queue. */
  sendToQueue?: (queueArn: string, body: string) => Promise<void>;
  /** Stores asynchronous events. Left out: they end with this process. */
  storage?: Storage;
  /** The most environments of all functions. Default: as many as half of this machine's memory holds, at most 1,000. */
  maxEnvironments?: number;
  /** How many requests all functions may serve at once before the next is throttled. Default: 1,000. */
  accountConcurrency?: number;
}): LambdaService {
  const functions = new Map<string, LocalFunction>();
  const environments = createEnvironments({ clock, report, max: maxEnvironments });
  const concurrency = createConcurrency(accountConcurrency);
  const permissions = createPermissions(report);
  const processes = createProcesses();
  let running = 0;
  const asyncInvocations = createAsyncInvocations({
    clock,
    report,
    kept: storage.records<AsyncEvent>('asynchronous event'),
    find(invokedArn) {
      const found = find(invokedArn);
      const run = async ({ requestId, payload }: AsyncEvent) =>
        admitted(found, requestId, encode(payload, asyncRequestLimitBytes));
      return { ...found, run };
    },
    sendToQueue,
  });

  function poolOf(spec: FunctionSpec): Pool {
    const start = () =>
      startEnvironment({
        clock,
        processes,
        codeDirectory: spec.codeDirectory,
        variables: {
          ...variablesOf(spec, { region, now: clock.now() }),
          AWS_ENDPOINT_URL: endpointUrl(),
          ...(extraCaFile && { NODE_EXTRA_CA_CERTS: extraCaFile }),
        },
        onLine: (stream, line) => report(printedBy(spec.name, stream, line)),
      });
    return environments.createPool(spec.name, start);
  }

  /** The function, with the version and the ARN that the caller has asked for. */
  function find(nameOrArn: string) {
    const { name, version } = parseFunctionName(nameOrArn);
    const found = functions.get(name);
    if (!found || !isVersion(version)) {
      const arn = found?.spec.arn ?? name;
      const asked = version === undefined ? arn : `${arn}:${version}`;
      throw new AwsError('ResourceNotFoundException', `Function not found: ${asked}`, 404);
    }
    const invokedArn = version === undefined ? found.spec.arn : `${found.spec.arn}:${version}`;
    return { ...found, functionVersion: version ?? '$LATEST', invokedArn };
  }

  function findFor(nameOrArn: string, invoker: Invoker) {
    const found = find(nameOrArn);
    permissions.check(found.invokedArn, invoker);
    return found;
  }

  async function serve(
    { spec, pool, functionVersion, invokedArn }: ReturnType<typeof find>,
    requestId: string,
    event: string,
  ): Promise<Invocation> {
    const { environment, isNew } = await pool.acquire();
    const startedAt = clock.now();
    const outcome = await environment.serve({
      requestId,
      event,
      invokedFunctionArn: invokedArn,
      functionVersion,
      timeoutMs: spec.timeoutMs,
      traceId: newTraceId(startedAt),
      clockOffsetMs: startedAt - Date.now(),
    });
    pool.release(environment);
    const invocation = invocationOf(requestId, outcome);
    const took = `${clock.now() - startedAt} ms${isNew ? ', cold' : ''}`;
    const message = `${spec.name}: request ${requestId} ${describeEnd(invocation)} (${took})`;
    report({ source: 'lambda', level: invocation.functionError ? 'error' : 'debug', message });
    return invocation;
  }

  /** Serves a request, unless the function or the account is throttled. */
  async function admitted(...request: Parameters<typeof serve>): Promise<Invocation> {
    const [{ spec }] = request;
    running += 1;
    try {
      return await concurrency.run(spec.name, () => serve(...request));
    } finally {
      running -= 1;
    }
  }

  return {
    createFunction(spec) {
      if (!existsSync(spec.codeDirectory)) {
        throw new Error(
          `Function ${spec.name}: its code directory ${spec.codeDirectory} does not exist. Synthesize the app again.`,
        );
      }
      checkVariables(spec);
      if (spec.reservedConcurrency !== undefined) concurrency.reserve(spec.name, spec.reservedConcurrency);
      functions.set(spec.name, { spec, pool: poolOf(spec) });
    },
    addPermission(permission) {
      permissions.add(find(permission.functionName).invokedArn, permission);
    },
    async invoke(nameOrArn, payload, invoker) {
      const found = findFor(nameOrArn, invoker);
      return admitted(found, randomUUID(), encode(payload, requestLimitBytes));
    },
    invokeAsync(nameOrArn, payload, invoker) {
      const { invokedArn } = findFor(nameOrArn, invoker);
      const event = encode(payload, asyncRequestLimitBytes);
      const requestId = randomUUID();
      asyncInvocations.accept({ requestId, invokedArn, payload: parseExactly(event) });
      return { requestId };
    },
    resume: asyncInvocations.resume,
    functions: () => [...functions.values()].map(({ spec }) => spec),
    replaceCode(name, codeDirectory) {
      const { spec, pool } = find(name);
      spec.codeDirectory = codeDirectory;
      pool.renew();
    },
    running: () => running,
    environments: environments.counts,
    async stop() {
      asyncInvocations.stop();
      await environments.stop();
      await processes.stop();
    },
  };
}
