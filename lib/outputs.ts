import type { Notifications } from './notifications.ts';

/** An output of the stack. */
interface StackOutput {
  /** What it names, for docs/api.md. */
  means: string;
  /** The installations that have it, for docs/api.md. Left out: all of them. */
  only?: string;
  /** Its value; undefined if this installation does not have it. */
  valueIn: (notifications: Notifications) => string | undefined;
}

/** What producers, frontends and operators need to know of an installation, in the order of docs/api.md. */
export const stackOutputs = {
  HttpApiUrl: { means: 'the HTTP API', valueIn: ({ httpApiUrl }) => httpApiUrl },
  WebSocketUrl: { means: 'the WebSocket API', valueIn: ({ webSocketUrl }) => webSocketUrl },
  CreateFunctionName: {
    means: 'the function of the door `invoke`',
    valueIn: ({ createFunction }) => createFunction.functionName,
  },
  EventBusName: {
    means: 'the event bus of the door `event`',
    valueIn: ({ eventBus }) => eventBus.eventBusName,
  },
  CreateQueueUrl: {
    means: 'the queue of the door `queue`',
    valueIn: ({ createQueue }) => createQueue.queueUrl,
  },
  CreateDeadLettersUrl: {
    means: 'the [dead letters](operations.md#redrive-dead-letters) of creates',
    valueIn: ({ createDeadLetters }) => createDeadLetters.queueUrl,
  },
  EventDeadLettersUrl: {
    means: 'the [dead letters](operations.md#redrive-dead-letters) of events',
    valueIn: ({ eventDeadLetters }) => eventDeadLetters.queueUrl,
  },
  TickFunctionName: {
    means: 'the tick, to be invoked [after a restore](deploy.md#restore)',
    valueIn: ({ tickFunction }) => tickFunction.functionName,
  },
  ConnectionsTableName: {
    means: 'the table of open sockets',
    valueIn: ({ webSocketApi }) => webSocketApi.connections.tableName,
  },
  PurgeFunctionName: {
    means: 'the function of [retention](#retention)',
    valueIn: ({ retention }) => retention.function.functionName,
  },
  MigrateFunctionName: {
    means: 'the migration, to be invoked [after a restore](deploy.md#restore)',
    valueIn: ({ migrateFunction }) => migrateFunction.functionName,
  },
  DashboardName: {
    means: 'the [dashboard](operations.md#read-the-dashboard)',
    valueIn: ({ dashboardName }) => dashboardName,
  },
  DatabaseIdentifier: {
    means: 'the instance or cluster of the database',
    only: 'not with `existing`',
    valueIn: ({ database }) => Object.values(database.dimensions ?? {})[0],
  },
  DatabaseOwnerSecretArn: {
    means: 'the secret with the [password of the owner](deploy.md#rotate-secrets)',
    only: 'not with `existing`',
    valueIn: ({ database }) => database.ownerSecret?.secretArn,
  },
  JwtSecretArn: {
    means: 'the secret that signs [tokens](#tokens)',
    only: 'not with an issuer',
    valueIn: ({ jwtSecret }) => jwtSecret?.secretArn,
  },
  HttpApiDomainTarget: {
    means: 'where to point the domain name of the HTTP API',
    only: 'with `httpDomainName`',
    valueIn: ({ domainTargets }) => domainTargets.http,
  },
  WebSocketDomainTarget: {
    means: 'where to point the domain name of the WebSocket API',
    only: 'with `webSocketDomainName`',
    valueIn: ({ domainTargets }) => domainTargets.webSocket,
  },
} satisfies Record<string, StackOutput>;
