import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { account, region } from './aws/arn.ts';
import { type AwsRequest, createAwsEndpoint } from './aws/aws-endpoint.ts';
import { createDynamoDb } from './aws/dynamodb.ts';
import { createDynamoDbStreams } from './aws/dynamodb-streams.ts';
import { createEventBridge } from './aws/event-bridge.ts';
import type { Event } from './aws/event-delivery.ts';
import { createIam, type Iam } from './aws/iam.ts';
import { createSecrets } from './aws/secrets.ts';
import { createSqs } from './aws/sqs.ts';
import type { Clock } from './clock.ts';
import { type Certificate, createCertificate } from './database/certificate.ts';
import { startPostgres } from './database/postgres.ts';
import { createRds } from './database/rds.ts';
import { createFaults } from './faults.ts';
import { createGuardedServer } from './guarded-server.ts';
import { createGuards, type Guards } from './guards.ts';
import { accessKeyIdOf, closeServer, listen } from './http-server.ts';
import { createLambda } from './lambda/lambda.ts';
import { createLocalNames } from './local-names.ts';
import { count, createMeters, type Meters } from './meters.ts';
import type { Report } from './report.ts';
import { createApiGateway } from './resources/api-description.ts';
import { createNetwork } from './resources/network.ts';
import type { DatabaseInstance, Services } from './resources/resource.ts';
import { openStorage } from './storage.ts';

/** How to start a system. */
export interface SystemOptions {
  /** What `cdk synth` wrote: one stack. */
  assemblyDirectory: string;
  /** Keeps tables, database, secrets and certificate between runs. Made if it does not exist. */
  stateDirectory: string;
  /** Ports on 127.0.0.1; 0 takes a free one. */
  ports: { http: number; socket: number; aws: number; postgres: number };
  /** Names of this machine under which the servers answer too. Default: none but `localhost` and its addresses. */
  allowedHosts?: readonly string[];
  /** Whether other users of this machine may call the AWS endpoint and `@connections`. Default: false. */
  anyUser?: boolean;
  /** The most environments of all functions; a request beyond them waits. Default: as many as half of the memory holds. */
  maxEnvironments?: number;
  /** What all functions may serve at once on AWS; a request beyond it is throttled. Default: 1,000. */
  accountConcurrency?: number;
  /** Whether rules run at the times of their schedules. Default: true. */
  schedules?: boolean;
  /** Default: the clock of the machine. */
  clock?: Clock;
  /** Default: the lines are dropped. */
  report?: Report;
  /** Default true: acknowledged rows survive a crash of the machine. */
  durable?: boolean;
  /** Called before each step that takes a while: `postgres`, `trigger <logical id>`, `apis`. */
  onProgress?: (step: string) => void;
}

/** The options of a start, with the defaults filled in. */
export type Settings = Required<SystemOptions>;

/** Starts the services in which the resources are made. `started` stops them, the stores after all others. */
export async function startServices(
  settings: Settings,
  started: AsyncDisposableStack,
  assetDirectory: Services['assetDirectory'],
) {
  const { clock, report, onProgress, ports, stateDirectory } = settings;
  const stores = started.use(new AsyncDisposableStack());
  const meters = createMeters();
  const running = createRunning();
  const guards = await createGuards(settings);
  const certificate = await createCertificate({ directory: join(stateDirectory, 'certificate'), clock });
  const { awsEndpointUrl, throttles, busEvents, ...aws } = await startAws(settings, {
    certificate,
    guards,
    meters,
    stores,
    started,
    isRunning: running.isBegun,
  });
  const silentPort = await startSilentServer({ ...aws, guards }, started);
  const http = started.adopt(await holdPort(ports.http), (held) => held.release());
  const socket = started.adopt(await holdPort(ports.socket), (held) => held.release());
  const database = createDatabase(settings, { ...aws, meters, certificate, stores });
  const services: Services = {
    ...aws,
    report,
    onProgress,
    running: running.begun,
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
  /** Accepts calls from outside, and continues what an earlier run has not finished. */
  function begin(): void {
    running.begin();
    aws.lambda.resume();
  }
  return {
    services,
    meters,
    guards,
    awsEndpointUrl,
    throttles,
    busEvents,
    database,
    ports: { http, socket },
    begin,
  };
}

/** Knows whether all resources of the template are made. */
function createRunning() {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isBegun = false;
  return {
    begun: promise,
    isBegun: () => isBegun,
    begin() {
      isBegun = true;
      resolve();
    },
  };
}

interface Using {
  certificate: Certificate;
  meters: Meters;
  stores: AsyncDisposableStack;
}

/** Starts the services that AWS SDKs call, behind one endpoint. */
async function startAws(
  { clock, report, ports, durable, stateDirectory, maxEnvironments, accountConcurrency, schedules }: Settings,
  {
    certificate,
    guards,
    meters,
    stores,
    started,
    isRunning,
  }: Using & { guards: Guards; started: AsyncDisposableStack; isRunning: () => boolean },
) {
  const here = { region, account, clock, report };
  let awsEndpointUrl = '';
  const iam = createIam({ report });
  const network = createNetwork({ report });
  const storage = openStorage({ file: join(stateDirectory, 'aws.sqlite'), durable });
  stores.defer(() => storage.close());
  const sqs = createSqs({ ...here, storage, queueUrlBase: () => awsEndpointUrl });
  const sendToQueue = async (queueArn: string, body: string) => void sqs.send(queueArn, body);
  const streams = createDynamoDbStreams({ ...here, storage, sendToQueue });
  const tables = { path: join(stateDirectory, 'dynamodb'), region, account };
  const dynamoDb = await createDynamoDb({ ...tables, onChange: streams.publish });
  stores.defer(() => dynamoDb.stop());
  const busEvents = new Set<(event: Event) => void>();
  const eventBridge = createEventBridge({
    ...here,
    runsSchedules: schedules,
    onEvent(event, busName) {
      const message = `${busName}: event ${event.id} (${event['detail-type']} of ${event.source}) accepted`;
      report({ source: 'events', level: 'debug', message });
      for (const listen of busEvents) listen(event);
    },
  });
  const lambda = createLambda({
    ...here,
    endpointUrl: () => awsEndpointUrl,
    extraCaFile: certificate.caFile,
    sendToQueue,
    storage,
    maxEnvironments,
    accountConcurrency,
  });
  const services = { iam, network, dynamoDb, streams, sqs, eventBridge, lambda };
  const throttles = createFaults<AwsRequest, true>();
  const listener = createAwsEndpoint({
    ...here,
    ...services,
    isRunning,
    isReachable: network.isReachable,
    isThrottled: (request) => throttles.take(request) ?? false,
    onRequest({ service, functionName }) {
      if (service === 'dynamodb') count(meters.dynamoDbRequests, functionName);
    },
  });
  const endpoint = createGuardedServer({ requests: { guards: guards.sdks, listener } });
  awsEndpointUrl = `http://127.0.0.1:${await listen(endpoint, ports.aws)}`;
  started.defer(() => closeServer(endpoint));
  started.defer(() => lambda.stop());
  started.defer(() => sqs.stop());
  started.defer(() => streams.stop());
  started.defer(() => eventBridge.stop());
  return { ...services, awsEndpointUrl, throttles, busEvents };
}

/** Starts a server in the place of sockets that a function cannot reach. It reports a post, and never answers. */
async function startSilentServer(
  { iam, network, guards }: Pick<Services, 'iam' | 'network'> & { guards: Guards },
  started: AsyncDisposableStack,
): Promise<number> {
  const listener = (request: IncomingMessage) => {
    network.isReachable(iam.principalOf(accessKeyIdOf(request)), 'execute-api');
  };
  const server = createGuardedServer({ requests: { guards: guards.sdks, listener } });
  const port = await listen(server, 0);
  started.defer(() => closeServer(server));
  return port;
}

/** Starts the database instance. A template can have one. */
function createDatabase(
  { ports, durable, clock, report, stateDirectory }: Settings,
  { iam, meters, certificate, stores }: Using & { iam: Iam },
) {
  let url: string | undefined;
  let restart = (): Promise<void> => Promise.reject(new Error('The template has no database to restart.'));
  return {
    url: () => url,
    restart: () => restart(),
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
      restart = postgres.restart;
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

export interface HeldPort {
  port: number;
  release(): Promise<void>;
}

/** Holds a port for a server that starts later, so that its address is known now. Throws if the port is in use. */
async function holdPort(port: number): Promise<HeldPort> {
  const server = createServer((socket) => socket.destroy());
  const release = async () => void (await new Promise((resolve) => server.close(resolve)));
  return { port: await listen(server, port), release };
}
