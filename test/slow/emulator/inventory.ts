/** What an account has, by kind: the names, URLs, ids or ARNs of the resources. */
export type Inventory = Record<string, string[]>;

/** How the resources of a kind are listed, and where their names are in the answer. */
interface Listing {
  /** The service, as signatures name it. */
  service: string;
  /** The path of a GET request, an action of the query protocol, or one of a JSON protocol. */
  path?: string;
  query?: string;
  target?: string;
  /** The parameters of an action of a JSON protocol. */
  input?: object;
  names: RegExp;
}

const listings: Record<string, Listing> = {
  roles: { service: 'iam', query: 'Action=ListRoles&Version=2010-05-08', names: /<RoleName>([^<]+)/g },
  policies: {
    service: 'iam',
    query: 'Action=ListPolicies&Version=2010-05-08&Scope=Local',
    names: /<PolicyName>([^<]+)/g,
  },
  logGroups: {
    service: 'logs',
    target: 'Logs_20140328.DescribeLogGroups',
    names: /"logGroupName":\s*"([^"]+)/g,
  },
  alarms: {
    service: 'monitoring',
    query: 'Action=DescribeAlarms&Version=2010-08-01&MaxRecords=100',
    names: /<AlarmName>([^<]+)/g,
  },
  dashboards: {
    service: 'monitoring',
    query: 'Action=ListDashboards&Version=2010-08-01',
    names: /<DashboardName>([^<]+)/g,
  },
  buses: { service: 'events', target: 'AWSEvents.ListEventBuses', names: /"Name":\s*"([^"]+)/g },
  schedules: { service: 'scheduler', path: '/schedules', names: /"Name":\s*"([^"]+)/g },
  queues: { service: 'sqs', target: 'AmazonSQS.ListQueues', names: /"(https?:[^"]+)/g },
  tables: { service: 'dynamodb', target: 'DynamoDB_20120810.ListTables', names: /"([\w.-]+)"(?=[,\]])/g },
  buckets: { service: 's3', path: '/', names: /<Bucket><Name>([^<]+)/g },
  parameters: { service: 'ssm', target: 'AmazonSSM.DescribeParameters', names: /"Name":\s*"([^"]+)/g },
  functions: { service: 'lambda', path: '/2015-03-31/functions/', names: /"FunctionName":\s*"([^"]+)/g },
  mappings: { service: 'lambda', path: '/2015-03-31/event-source-mappings/', names: /"UUID":\s*"([^"]+)/g },
  apis: { service: 'apigateway', path: '/v2/apis', names: /"apiId":\s*"([^"]+)/g },
  secrets: {
    service: 'secretsmanager',
    target: 'secretsmanager.ListSecrets',
    names: /"(?:ARN|Name)":\s*"([^"]+)/g,
  },
};

/**
 * Lists what the emulator has. It sends the requests itself, because the CDK's own clients are no dependencies of ours, and
 * an emulator checks no signature.
 */
export async function takeInventory(endpoint: string): Promise<Inventory> {
  const lists = Object.entries(listings).map(
    async ([kind, listing]) => [kind, await namesOf(endpoint, listing)] as const,
  );
  const inventory: Inventory = Object.fromEntries(await Promise.all(lists));
  const { buses = [] } = inventory;
  return { ...inventory, rules: (await Promise.all(buses.map((bus) => rulesOf(endpoint, bus)))).flat() };
}

/** The names of the rules of an event bus. Without a name, the default bus alone would be looked at. */
const rulesOf = (endpoint: string, EventBusName: string): Promise<string[]> =>
  namesOf(endpoint, {
    service: 'events',
    target: 'AWSEvents.ListRules',
    input: { EventBusName },
    names: /"Name":\s*"([^"]+)/g,
  });

async function namesOf(endpoint: string, listing: Listing): Promise<string[]> {
  const text = await ask(endpoint, listing);
  return [...text.matchAll(listing.names)].map(([, name = '']) => name).sort();
}

async function ask(
  endpoint: string,
  { service, path = '/', query, target, input }: Listing,
): Promise<string> {
  const answer = await fetch(endpoint + path, {
    method: query || target ? 'POST' : 'GET',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      ...(query && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(target && { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }),
    },
    ...(query && { body: query }),
    ...(target && { body: JSON.stringify(input ?? {}) }),
  });
  const text = await answer.text();
  // The first page must be the whole list.
  if (answer.ok && !/<IsTruncated>true|"?[nN]ext(Token|Marker)"?\W+\w/.test(text)) return text;
  throw new Error(`The emulator lists no ${service} by ${target ?? query ?? path}: ${answer.status} ${text}`);
}
