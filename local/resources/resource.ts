import type { DynamoDb } from '../aws/dynamodb.ts';
import type { DynamoDbStreams } from '../aws/dynamodb-streams.ts';
import type { EventBridge } from '../aws/event-bridge.ts';
import type { Iam } from '../aws/iam.ts';
import type { Secrets } from '../aws/secrets.ts';
import type { Sqs } from '../aws/sqs.ts';
import type { LambdaService } from '../lambda/lambda.ts';
import type { FunctionSpec } from '../lambda/lambda-function.ts';
import type { LocalNames } from '../local-names.ts';
import type { Report } from '../report.ts';
import type { Properties } from '../template/properties.ts';
import type { ApiGateway } from './api-description.ts';
import type { Network } from './network.ts';

/** One resource that is about to be made; all it refers to has been made. */
export interface Resource {
  logicalId: string;
  properties: Properties;
  /** The name that the template gives by this property, else one that stays the same between runs. */
  nameBy(property: string): string;
  /** Letters and digits that stay the same between runs, for ids that AWS makes up. */
  id(length: number): string;
}

/** What other resources can refer to: `Ref` gives `ref`, `Fn::GetAtt` one of the attributes. */
export interface Made {
  ref: string;
  attributes?: Record<string, unknown>;
}

/** Makes a resource as CloudFormation would, and throws where a property asks for what is not honoured here. */
export type Make = (resource: Resource, services: Services) => Made | Promise<Made>;

/** What resources are made in. */
export interface Services {
  iam: Iam;
  lambda: LambdaService;
  dynamoDb: DynamoDb;
  streams: DynamoDbStreams;
  sqs: Sqs;
  eventBridge: EventBridge;
  secrets: Secrets;
  network: Network;
  gateway: ApiGateway;
  report: Report;
  onProgress: (step: string) => void;
  /** Settles when all of the template runs. What an earlier run has left in queues and streams is passed on only then. */
  running: Promise<void>;
  /** By ARN: what the functions are made of, and the role each acts by. */
  functions: Map<string, { spec: FunctionSpec; roleArn: string }>;
  /** By identifier: what a secret that is attached to the database gets to hold. */
  databases: Map<string, Record<string, string | number>>;
  /** By `<queue ARN> <source ARN>`: which rules may send to which queue. */
  queueSenders: Set<string>;
  assetDirectory(s3Key: string): string;
  /** Starts the database of the one instance. */
  startDatabase(instance: DatabaseInstance): Promise<{ port: number }>;
  names: LocalNames;
  /** The local ports of the APIs, taken before anything is made, so that functions can be told of them. */
  ports: { http: number; socket: number };
}

/** What the template says of the database. */
export interface DatabaseInstance {
  resourceId: string;
  user: string;
  password: string;
  database: string;
}

/** The function that an ARN or a name, with or without a qualifier, stands for. */
export function functionOf(
  { functions }: Services,
  nameOrArn: string,
): { spec: FunctionSpec; roleArn: string } {
  const name = nameOrArn.split(':function:').at(-1)?.split(':')[0];
  for (const found of functions.values()) if (found.spec.name === name) return found;
  throw new Error(`There is no function ${nameOrArn} in the template.`);
}

/**
 * Throws, as a deployment would, where a function's role does not grant what a service does on its behalf.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
export function requireGrants(
  services: Services,
  nameOrArn: string,
  actions: string[],
  resource: string,
): void {
  const { spec, roleArn } = functionOf(services, nameOrArn);
  for (const action of actions) {
    services.iam.authorize({ kind: 'role', roleArn, functionName: spec.name }, action, resource);
  }
}
