/** A limit of one AWS account in one region, as it is without asking AWS for more, or one of Belfry's own. */
export interface Quota {
  /** What is limited, in words. */
  what: string;
  limit: number;
  /** The page that has it. */
  page: string;
  /** Who raises it, or what it becomes elsewhere. */
  note: string;
}

const dynamoDb = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html';
const apiGateway = 'https://docs.aws.amazon.com/apigateway/latest/developerguide';
const ofUser = { page: 'operations.md#databasebusy', note: 'the same for every size of the database' };

/** The limits that a growing installation meets. docs/performance.md shows them beside what each size needs. */
export const quotas = {
  connects: {
    what: 'new sockets a second, of all WebSocket APIs',
    limit: 500,
    page: `${apiGateway}/apigateway-execution-service-websocket-limits-table.html`,
    note: 'AWS raises it. There is no limit for sockets at the same time',
  },
  apiRequests: {
    what: 'requests a second of API Gateway: HTTP, WebSocket and `@connections` together',
    limit: 10_000,
    page: `${apiGateway}/limits.html`,
    note: 'AWS raises it. 2,500 in some regions. `@connections` has no limit of its own that AWS documents',
  },
  environments: {
    what: 'environments of Lambda at the same time',
    limit: 1_000,
    page: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
    note: 'AWS raises it. New accounts may have 10',
  },
  scaling: {
    what: 'new environments of a function in ten seconds',
    limit: 1_000,
    page: 'https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html',
    note: 'fixed',
  },
  creates: {
    what: 'events a second on event buses (`PutEvents`)',
    limit: 10_000,
    page: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html',
    note: 'AWS raises it. Fewer in most other regions. The doors `invoke` and `queue` do not use it',
  },
  tableWrites: {
    what: 'write units a second of a DynamoDB table',
    limit: 40_000,
    page: dynamoDb,
    note: 'AWS raises it',
  },
  writers: { what: 'connections to the database as writer', limit: 30, ...ofUser },
  readers: { what: 'connections to the database as reader', limit: 30, ...ofUser },
} satisfies Record<string, Quota>;
