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

/** A resource that is made next. All resources that it refers to are made. */
export interface Resource {
  logicalId: string;
  properties: Properties;
  /** The name in this property. If the template gives none, a name that is the same in every run. */
  nameBy(property: string): string;
  /** Letters and digits that are the same in every run, for ids that AWS generates. */
  id(length: number): string;
}

/** What other resources can refer to: `ref` by `Ref`, and `attributes` by `Fn::GetAtt`. */
export interface Made {
  ref: string;
  attributes?: Record<string, unknown>;
}

/** Makes a resource as CloudFormation does. Throws if a property asks for something that is not supported. */
export type Make = (resource: Resource, services: Services) => Made | Promise<Made>;

/** The services in which resources are made. */
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
  /** Resolves when the whole template runs. Records of an earlier run in queues and streams are passed on only then. */
  running: Promise<void>;
  /** By ARN: the specification and the role of each function. */
  functions: Map<string, { spec: FunctionSpec; roleArn: string }>;
  /** By identifier: the fields that a secret gets when it is attached to the database. */
  databases: Map<string, Record<string, string | number>>;
  /** `<queue ARN> <source ARN>` for each rule that may send to a queue. */
  queueSenders: Set<string>;
  assetDirectory(s3Key: string): string;
  /** Starts the database of the instance. */
  startDatabase(instance: DatabaseInstance): Promise<{ port: number }>;
  names: LocalNames;
  /** The local ports of the APIs. They are held before anything is made, so that functions can get the addresses. */
  ports: { http: number; socket: number };
}

/** The database as the template describes it. */
export interface DatabaseInstance {
  resourceId: string;
  user: string;
  password: string;
  database: string;
}

/** The function with this ARN or name, with or without a qualifier. */
export function functionOf(
  { functions }: Services,
  nameOrArn: string,
): { spec: FunctionSpec; roleArn: string } {
  const name = nameOrArn.split(':function:').at(-1)?.split(':')[0];
  for (const found of functions.values()) if (found.spec.name === name) return found;
  throw new Error(`There is no function ${nameOrArn} in the template.`);
}

/**
 * Throws if a function's role does not allow what a service does for the function. A deployment fails then too.
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
