import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createAwsEndpoint } from './aws-endpoint.ts';
import { type Certificate, createCertificate } from './certificate.ts';
import { type Clock, systemClock } from './clock.ts';
import { createDynamoDb } from './dynamodb.ts';
import { createEventBridge } from './event-bridge.ts';
import { closeServer, listen } from './gateway.ts';
import { createHttpApi } from './http-api.ts';
import { createIam, type Iam } from './iam.ts';
import { createLambda, type LambdaService } from './lambda.ts';
import { createLocalNames } from './local-names.ts';
import { count, createMeters, type Meters } from './meters.ts';
import { startPostgres } from './postgres.ts';
import { createRds } from './rds.ts';
import type { Report } from './report.ts';
import { createApiGateway, httpRoutes, socketRoutes } from './resources/api-gateway.ts';
import { createNetwork } from './resources/network.ts';
import { account, type DatabaseInstance, region, type Services } from './resources/resource.ts';
import { createSecrets } from './secrets.ts';
import { createSqs } from './sqs.ts';
import { readAssembly } from './template/assembly.ts';
import { deploy, planDeployment } from './template/deploy.ts';
import { createWebSocketApi, type WebSocketApi } from './websocket-api.ts';

export interface SystemOptions {
  /** What `cdk synth` wrote: one stack. */
  assemblyDirectory: string;
  /** Where tables, database, secrets and certificate are kept between runs; made where it is absent. */
  stateDirectory: string;
  /** Ports on 127.0.0.1; 0 takes a free one. */
  ports: { http: number; socket: number; aws: number; postgres: number };
  /** Default: the machine's own. */
  clock?: Clock;
  /** Default: nobody listens. */
  report?: Report;
  /** Default true: acknowledged rows survive a crash of the machine. */
  durable?: boolean;
  /** Told of what is about to take a while: `postgres`, `trigger <logical id>`, `apis`. */
  onProgress?: (step: string) => void;
}

/** The template, running. */
export interface LocalSystem {
  /** The stack's outputs with local addresses. */
  outputs: Record<string, string>;
  /** What `AWS_ENDPOINT_URL` takes. */
  awsEndpointUrl: string;
  /** Straight to PostgreSQL as the instance's owner; undefined where the template has no database. */
  databaseUrl: string | undefined;
  /** The value of a secret by the stack output that holds its ARN, or by its logical id; throws where there is none. */
  secret(name: string): string;
  meters: Meters;
  iam: Pick<Iam, 'unused'>;
  lambda: Pick<LambdaService, 'invoke' | 'invokeAsync'>;
  /** The sockets that are open, and the test switches of their API; undefined where the template has none. */
  socketApi: Pick<WebSocketApi, 'connections' | 'skipDisconnect'> | undefined;
  clock: Clock;
  /** Ends everything that was started, what serves before what it relies on; a second call changes nothing. */
  stop(): Promise<void>;
}

type Settings = Required<SystemOptions>;

/**
 * Runs the synthesized template on this machine. What it holds that is not honoured here, what cannot be made and
 * what a trigger's function throws stops the start: whatever was started is stopped again, and the Error names the
 * logical id, the type and the thing.
 */
export async function startSystem(options: SystemOptions): Promise<LocalSystem> {
  const defaults = { clock: systemClock, report: () => {}, durable: true, onProgress: () => {} };
  const settings: Settings = { ...defaults, ...options };
  // Nothing is started for a template that cannot run.
  const plan = planDeployment(readAssembly(settings.assemblyDirectory));
  await mkdir(settings.stateDirectory, { recursive: true, mode: 0o700 });

  await using started = new AsyncDisposableStack();
  const { services, meters, awsEndpointUrl, database, ports } = await startServices(
    settings,
    started,
    plan.assembly.assetDirectory,
  );
  const { outputs, refs } = await deploy(plan, services);
  settings.onProgress('apis');
  const socketApi = await startApis(settings, services, meters, ports, started);
  const { names, secrets, iam, lambda } = services;
  const running = started.move();
  return {
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, names.localize(value)]),
    ),
    awsEndpointUrl,
    databaseUrl: database.url(),
    secret: (name) => names.localize(secrets.value(outputs[name] ?? refs[name] ?? name)),
    meters,
    iam,
    lambda,
    socketApi,
    clock: settings.clock,
    stop: () => running.disposeAsync(),
  };
}

/** Everything that resources are made in. What is started ends with `started`, the stores last of all. */
async function startServices(
  settings: Settings,
  started: AsyncDisposableStack,
  assetDirectory: Services['assetDirectory'],
) {
  const { clock, report, onProgress, stateDirectory } = settings;
  const here = { region, account, clock, report };
  const stores = started.use(new AsyncDisposableStack());
  const meters = createMeters();
  const certificate = await createCertificate({ directory: join(stateDirectory, 'certificate'), clock });
  const dynamoDb = await createDynamoDb({ path: join(stateDirectory, 'dynamodb'), region, account });
  stores.defer(() => dynamoDb.stop());

  let awsEndpointUrl = '';
  const iam = createIam({ report });
  const network = createNetwork({ report });
  const sqs = createSqs({ ...here, queueUrlBase: () => awsEndpointUrl });
  const eventBridge = createEventBridge(here);
  const lambda = createLambda({
    ...here,
    endpointUrl: () => awsEndpointUrl,
    extraCaFile: certificate.caFile,
    sendToQueue: async (queueArn, body) => void sqs.send(queueArn, body),
  });
  const endpoint = createServer(
    createAwsEndpoint({
      ...here,
      iam,
      lambda,
      dynamoDb,
      sqs,
      eventBridge,
      isReachable: network.isReachable,
      onRequest({ service, functionName }) {
        if (service === 'dynamodb') count(meters.dynamoDbRequests, functionName);
      },
    }),
  );
  awsEndpointUrl = `http://127.0.0.1:${await listen(endpoint, settings.ports.aws)}`;
  started.defer(() => closeServer(endpoint));
  started.defer(() => lambda.stop());
  started.defer(() => sqs.stop());

  const silent = createServer(({ headers }) => {
    // Whoever gets here posts to sockets from where no way leads to them: that is reported, and never answered.
    const accessKeyId = /Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1];
    network.isReachable(iam.principalOf(accessKeyId), 'execute-api');
  });
  const silentPort = await listen(silent, 0);
  started.defer(() => closeServer(silent));
  const http = started.adopt(await holdPort(settings.ports.http), (held) => held.release());
  const socket = started.adopt(await holdPort(settings.ports.socket), (held) => held.release());
  const database = createDatabase(settings, { iam, meters, certificate, stores });
  const services: Services = {
    iam,
    lambda,
    dynamoDb,
    sqs,
    eventBridge,
    network,
    report,
    onProgress,
    assetDirectory,
    secrets: createSecrets({ file: join(stateDirectory, 'secrets.json') }),
    gateway: createApiGateway(),
    names: createLocalNames({ silentPort }),
    ports: { http: http.port, socket: socket.port },
    functions: new Map(),
    databases: new Map(),
    queueSenders: new Set(),
    startDatabase: database.start,
  };
  return { services, meters, awsEndpointUrl, database, ports: { http, socket } };
}

/** The one database instance that a template may have. */
function createDatabase(
  { ports, durable, clock, report, stateDirectory }: Settings,
  using: { iam: Iam; meters: Meters; certificate: Certificate; stores: AsyncDisposableStack },
) {
  const { iam, meters, certificate, stores } = using;
  let url: string | undefined;
  return {
    url: () => url,
    async start({ resourceId, ...master }: DatabaseInstance): Promise<{ port: number }> {
      if (url) throw new Error('a second database instance is not supported locally');
      const postgres = await startPostgres({
        dataDirectory: join(stateDirectory, 'postgres'),
        port: ports.postgres,
        // As on RDS: the owner that the template names is no superuser.
        superuser: 'rdsadmin',
        password: randomBytes(24).toString('hex'),
        durable,
        clock,
        report,
      });
      stores.defer(() => postgres.stop());
      const rds = await createRds({
        postgres,
        iam,
        clock,
        report,
        certificate,
        instance: { resourceId, region, account },
        master,
        port: 0,
        onRoundTrip: ({ functionName }) => count(meters.postgresRoundTrips, functionName),
      });
      stores.defer(() => rds.stop());
      const login = `${encodeURIComponent(master.user)}:${encodeURIComponent(master.password)}`;
      url = `postgres://${login}@${postgres.host}:${postgres.port}/${master.database}`;
      return { port: rds.port };
    },
  };
}

/** Serves the template's APIs, now that all of their routes are known. */
async function startApis(
  { clock, report }: Settings,
  { gateway, lambda, iam }: Services,
  meters: Meters,
  ports: { http: HeldPort; socket: HeldPort },
  started: AsyncDisposableStack,
): Promise<WebSocketApi | undefined> {
  const here = { region, account, clock, report, invoke: lambda.invoke };
  await Promise.all([ports.http.release(), ports.socket.release()]);
  const http = gateway.find('HTTP');
  if (http?.stage) {
    const { apiId, cors } = http;
    const routes = httpRoutes(http);
    const port = ports.http.port;
    const api = await createHttpApi({
      ...here,
      apiId,
      routes,
      port,
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

interface HeldPort {
  port: number;
  release(): Promise<void>;
}

/** Takes a port for a server that starts later, so that its address can be told before; throws where it is taken. */
async function holdPort(port: number): Promise<HeldPort> {
  const server = createServer();
  return { port: await listen(server, port), release: () => closeServer(server) };
}
