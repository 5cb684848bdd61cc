import { mkdir } from 'node:fs/promises';
import { createHttpApi } from './api-gateway/http-api.ts';
import { createWebSocketApi, type WebSocketApi } from './api-gateway/websocket-api.ts';
import { account, region } from './aws/arn.ts';
import type { AwsRequest } from './aws/aws-endpoint.ts';
import type { Event } from './aws/event-delivery.ts';
import type { Iam } from './aws/iam.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Guards } from './guards.ts';
import type { LambdaService } from './lambda/lambda.ts';
import { defaultAccountConcurrency } from './lambda/lambda-concurrency.ts';
import { defaultMaxEnvironments } from './lambda/lambda-environments.ts';
import { count, type Meters } from './meters.ts';
import { httpRoutes, socketRoutes } from './resources/api-description.ts';
import type { Services } from './resources/resource.ts';
import { type HeldPort, type Settings, type SystemOptions, startServices } from './services.ts';
import { readAssembly } from './template/assembly.ts';
import { deploy, planDeployment } from './template/deploy.ts';

export type { SystemOptions } from './services.ts';

/** The template, running. */
export interface LocalSystem {
  /** The stack's outputs with local addresses. */
  outputs: Record<string, string>;
  /** What `AWS_ENDPOINT_URL` takes. */
  awsEndpointUrl: string;
  /** Connects to PostgreSQL itself, as the owner of the database. Undefined if the template has no database. */
  databaseUrl: string | undefined;
  /** For tests: starts PostgreSQL again on the same data and port, after a test has killed it. */
  restartDatabase(): Promise<void>;
  /** The value of a secret, by the stack output with its ARN or by its logical id. Throws if there is none. */
  secret(name: string): string;
  /** Every secret of this system. No entry of its report may contain one. */
  secrets(): string[];
  meters: Meters;
  iam: Pick<Iam, 'unused'>;
  lambda: Pick<
    LambdaService,
    'invoke' | 'invokeAsync' | 'running' | 'environments' | 'functions' | 'replaceCode'
  >;
  /** The open sockets, and what tests can do to them. Undefined if the template has no WebSocket API. */
  socketApi: Pick<WebSocketApi, 'connections' | 'skipDisconnect' | 'failPosts' | 'limitPosts'> | undefined;
  /**
   * For tests: answers the next `times` calls to DynamoDB with `ProvisionedThroughputExceededException`. An SDK retries
   * such a call. `operation` and `functionName` choose the calls, and with `every: n` only each nth of them is refused.
   * 0 ends all throttling.
   */
  throttleDynamoDb(times: number, only?: { operation?: string; functionName?: string; every?: number }): void;
  /** For tests: calls back with each event that is put on a bus from now on. */
  onBusEvent(listener: (event: Event) => void): void;
  clock: Clock;
  /** Stops everything, each server before the stores that it uses. A second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Runs the synthesized template on this machine. If the start fails, everything that was started is stopped.
 * @throws Error that names the logical id and the type, if the template asks for something that is not supported, if a
 * resource cannot be made, or if the function of a trigger fails
 */
export async function startSystem(options: SystemOptions): Promise<LocalSystem> {
  const settings: Settings = {
    allowedHosts: [],
    anyUser: false,
    maxEnvironments: defaultMaxEnvironments(),
    accountConcurrency: defaultAccountConcurrency,
    schedules: true,
    clock: systemClock,
    report: () => {},
    durable: true,
    onProgress: () => {},
    ...options,
  };
  // Nothing is started for a template that cannot run.
  const plan = planDeployment(readAssembly(settings.assemblyDirectory));
  await mkdir(settings.stateDirectory, { recursive: true, mode: 0o700 });

  await using started = new AsyncDisposableStack();
  const { services, meters, guards, awsEndpointUrl, throttles, busEvents, database, ports, begin } =
    await startServices(settings, started, plan.assembly.assetDirectory);
  const { outputs, refs } = await deploy(plan, services);
  settings.onProgress('apis');
  const socketApi = await startApis(settings, { services, meters, guards, ports, started });
  begin();
  const { names, secrets, iam, lambda } = services;
  const running = started.move();
  return {
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, names.localize(value)]),
    ),
    awsEndpointUrl,
    databaseUrl: database.url(),
    restartDatabase: database.restart,
    secret: (name) => names.localize(secrets.value(outputs[name] ?? refs[name] ?? name)),
    secrets: () => [...secrets.passwords(), ...iam.secrets()],
    meters,
    iam,
    lambda,
    socketApi,
    throttleDynamoDb(times, { operation, functionName, every = 1 } = {}) {
      let calls = 0;
      const isMeant = (request: AwsRequest) =>
        (operation ?? request.operation) === request.operation &&
        (functionName ?? request.functionName) === request.functionName;
      const isThrottled = (request: AwsRequest) => {
        if (isMeant(request)) calls += 1;
        return isMeant(request) && calls % every === 0;
      };
      if (times === 0) throttles.clear();
      else throttles.add(true, isThrottled, times);
    },
    onBusEvent: (listener) => void busEvents.add(listener),
    clock: settings.clock,
    stop: () => running.disposeAsync(),
  };
}

interface StartedParts {
  services: Services;
  meters: Meters;
  guards: Guards;
  ports: { http: HeldPort; socket: HeldPort };
  /** Stops the APIs with the rest of the system. */
  started: AsyncDisposableStack;
}

/** Serves the template's APIs, now that all of their routes are known. */
async function startApis(
  { clock, report }: Settings,
  { services, meters, guards, ports, started }: StartedParts,
): Promise<WebSocketApi | undefined> {
  const { gateway, lambda, iam } = services;
  const here = { region, account, clock, report, guards, invoke: lambda.invoke };
  await Promise.all([ports.http.release(), ports.socket.release()]);
  const http = gateway.find('HTTP');
  if (http?.stage) {
    const { apiId, cors, limits } = http;
    const routes = httpRoutes(http);
    const port = ports.http.port;
    const api = await createHttpApi({
      ...here,
      apiId,
      routes,
      port,
      limits,
      localOrigins: true,
      ...(cors && { cors }),
    });
    started.defer(() => api.stop());
  }
  const socket = gateway.find('WEBSOCKET');
  if (!socket?.stage) return;
  const api = await createWebSocketApi({
    ...here,
    apiId: socket.apiId,
    stage: socket.stage,
    routes: socketRoutes(socket),
    limits: socket.limits,
    routeSelectionExpression: '$request.body.action',
    port: ports.socket.port,
    authorizePost(accessKeyId, action, resource) {
      const principal = iam.principalOf(accessKeyId);
      iam.authorize(principal, action, resource);
      return principal;
    },
    onPost: ({ functionName }) => count(meters.posts, functionName),
  });
  started.defer(() => api.stop());
  return api;
}
