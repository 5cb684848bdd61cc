import type { CheckedCommand } from './check-command.ts';

/** A client of the AWS SDK, version 3. */
export interface AwsClient {
  send(command: never): Promise<unknown>;
}

/** Invokes the create function. Answers what was done. Needs `@aws-sdk/client-lambda`. */
export interface InvokeDoor {
  /** The output `CreateFunctionName` of the service. */
  functionName: string;
  /** Whether a call resolves when Lambda has accepted the command, before anything is done. Default: false. */
  isAsync?: boolean | undefined;
  /** Default: a `LambdaClient` with the region and credentials of the environment. */
  client?: AwsClient | undefined;
}

/** Puts an event on the service's bus, up to 10 in a request. Needs `@aws-sdk/client-eventbridge`. */
export interface EventDoor {
  /** The output `EventBusName` of the service. */
  eventBusName: string;
  /** The source of the events, which the `sources` of a type may name. Default: `belfry.producer`. */
  source?: string | undefined;
  /** Default: an `EventBridgeClient` with the region and credentials of the environment. */
  client?: AwsClient | undefined;
}

/** Sends a message to the service's create queue, up to 10 in a request. Needs `@aws-sdk/client-sqs`. */
export interface QueueDoor {
  /** The output `CreateQueueUrl` of the service. */
  queueUrl: string;
  /** Default: an `SQSClient` with the region and credentials of the environment. */
  client?: AwsClient | undefined;
}

/** Posts to the HTTP API. Answers what was done. Needs no AWS credentials. */
export interface HttpDoor {
  /** The output `HttpApiUrl` of the service. */
  apiUrl: string;
  /** Answers a token with the scope `notifications:create`. Called for each request, with `forceRefresh` after a 401. */
  getToken: (request: { forceRefresh: boolean }) => string | Promise<string>;
}

/** A way in for commands. Its options tell which. */
export type Door = InvokeDoor | EventDoor | QueueDoor | HttpDoor;

/** The option with the address of each door, and the output of the service that has the address. */
const addresses = {
  functionName: 'CreateFunctionName',
  eventBusName: 'EventBusName',
  queueUrl: 'CreateQueueUrl',
  apiUrl: 'HttpApiUrl',
};

/**
 * Refuses a door with an empty address, as from an environment variable that is not set. The SDK would send to the
 * account's default bus, and the command would be lost without an error.
 *
 * @throws TypeError that names the option, and the output of the service to set it to
 */
export function checkAddress(door: Door): void {
  const [option, output] = Object.entries(addresses).find(([option]) => option in door) ?? [];
  if (!option) {
    throw new TypeError(`createProducer needs one of the options ${Object.keys(addresses).join(', ')}.`);
  }
  const address: unknown = Reflect.get(door, option);
  if (typeof address === 'string' && address !== '') return;
  const given = JSON.stringify(address);
  throw new TypeError(
    `createProducer got ${given} as ${option}. Set it to the output ${output} of the service.`,
  );
}

/** The outcome of one command. Neither an answer nor an error: the door has accepted it, and the service does it later. */
export interface Outcome {
  answer?: unknown;
  error?: Error;
}

/** A door that is ready to send. */
export interface OpenDoor {
  /** How many commands fit into one request. */
  commandsPerRequest: number;
  /** Sends commands by one request. Answers one outcome for each, in their order. Rejects if all have failed. */
  send(commands: readonly CheckedCommand[]): Promise<Outcome[]>;
}
