import type { Letter } from './command.ts';

/** A client of the AWS SDK, version 3. */
export interface AwsClient {
  send(command: never): Promise<unknown>;
}

/** By invoking the create function; answers what was created. Needs `@aws-sdk/client-lambda`. */
export interface FunctionDoor {
  /** `CreateFunctionName` of the service. */
  functionName: string;
  /** Leave the command with Lambda and do not wait for what comes of it. Default: wait. */
  isAsync?: boolean | undefined;
  /** Default: a `LambdaClient` of the environment's region and credentials. */
  client?: AwsClient | undefined;
}

/** By an event on the service's bus, ten of them in a request. Needs `@aws-sdk/client-eventbridge`. */
export interface EventDoor {
  /** `EventBusName` of the service. */
  eventBusName: string;
  /** The events' source, which the service's `restrictedTypes` may name. Default: `belfry.producer`. */
  source?: string | undefined;
  /** Default: an `EventBridgeClient` of the environment's region and credentials. */
  client?: AwsClient | undefined;
}

/** By a message in the service's queue, ten of them in a request. Needs `@aws-sdk/client-sqs`. */
export interface QueueDoor {
  /** `CreateQueueUrl` of the service. */
  queueUrl: string;
  /** Default: an `SQSClient` of the environment's region and credentials. */
  client?: AwsClient | undefined;
}

/** By the HTTP API; answers what was created. Needs no AWS credentials. */
export interface HttpDoor {
  /** `HttpApiUrl` of the service. */
  apiUrl: string;
  /** Answers a token with the scope `notifications:create`. Called for each request; `forceRefresh` after a 401. */
  getToken: (request: { forceRefresh: boolean }) => string | Promise<string>;
}

/** The ways in; which one it is shows by its keys. */
export type Door = FunctionDoor | EventDoor | QueueDoor | HttpDoor;

/** The option that holds each door's address, and the output of the service to set it to. */
const addresses = {
  functionName: 'CreateFunctionName',
  eventBusName: 'EventBusName',
  queueUrl: 'CreateQueueUrl',
  apiUrl: 'HttpApiUrl',
};

/**
 * Refuses a door without an address, which a variable that is not set makes: the SDK would take the account's default
 * bus, and what is sent there is lost without a word.
 *
 * @throws TypeError naming the option, and the output of the service that it needs
 */
export function checkAddress(door: Door): void {
  const [option, output] = Object.entries(addresses).find(([option]) => option in door) ?? [];
  if (!option) {
    throw new TypeError(`createProducer needs one of the options ${Object.keys(addresses).join(', ')}.`);
  }
  const address: unknown = Reflect.get(door, option);
  if (typeof address === 'string' && address !== '') return;
  const given = JSON.stringify(address);
  throw new TypeError(`createProducer got ${given} as ${option}. Set it to ${output} of the service.`);
}

/** What a door made of a letter. */
export interface Outcome {
  notifications?: CreatedNotification[] | undefined;
  error?: Error;
}

/** A notification as a create answers it. */
export interface CreatedNotification {
  id: number;
  user_id: string;
  /** False where the idempotency key had made it before. */
  created: boolean;
}

/** A door with its lock opened. */
export interface OpenDoor {
  /** Letters that fit into one request. */
  lettersAtOnce: number;
  /** Sends letters by one request. Answers an outcome for each, in their order; rejects where none got through. */
  send(letters: readonly Letter[]): Promise<Outcome[]>;
}

/** Reads the answer of the two doors that answer: for one recipient or for several. */
export function created(answer: unknown): Outcome {
  // The service's own answer, by its contract.
  const { notification, created, notifications } = answer as {
    notification?: CreatedNotification;
    created?: boolean;
    notifications?: CreatedNotification[];
  };
  if (!notification) return { notifications };
  const { id, user_id } = notification;
  return { notifications: [{ id, user_id, created: created === true }] };
}
