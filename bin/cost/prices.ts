/** When the prices were last compared with their sources. */
export const pricesOf = '2026-11-30';

/** The region whose prices these are. */
export const priceRegion = 'us-east-1';

/** AWS's own pricing pages. */
const pages = {
  apiGateway: 'https://aws.amazon.com/api-gateway/pricing/',
  aurora: 'https://aws.amazon.com/rds/aurora/pricing/',
  cloudWatch: 'https://aws.amazon.com/cloudwatch/pricing/',
  dynamoDb: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  ec2: 'https://aws.amazon.com/ec2/pricing/on-demand/',
  eventBridge: 'https://aws.amazon.com/eventbridge/pricing/',
  lambda: 'https://aws.amazon.com/lambda/pricing/',
  rds: 'https://aws.amazon.com/rds/postgresql/pricing/',
  rdsProxy: 'https://aws.amazon.com/rds/proxy/pricing/',
  secretsManager: 'https://aws.amazon.com/secrets-manager/pricing/',
  sqs: 'https://aws.amazon.com/sqs/pricing/',
  vpc: 'https://aws.amazon.com/vpc/pricing/',
  xRay: 'https://aws.amazon.com/xray/pricing/',
};

/** One price of the table. */
export interface Price {
  /** What is counted, in words. */
  unit: string;
  /** US dollars for so many units. */
  usd: number;
  per: number;
  /** Cheaper prices, each for the units above a quantity of a month, in order. */
  above?: readonly { quantity: number; usd: number }[];
  /** Units of each month that an account has for free, for ever. What is free for a year or for new accounts is left out. */
  free?: number;
  /** The page of AWS that has the price. */
  page: string;
  /** Which of these figures no source has confirmed that could be read at the time. Left out: none. */
  unconfirmed?: string;
}

const million = 1_000_000;
const thousandMillion = 1_000_000_000;

const priced = (page: keyof typeof pages, price: Omit<Price, 'page'>): Price => ({
  ...price,
  page: pages[page],
});

const hour = (page: keyof typeof pages, usd: number) => priced(page, { unit: 'hours', usd, per: 1 });

const unseenHour = (page: keyof typeof pages, usd: number): Price => ({
  ...hour(page, usd),
  unconfirmed: 'the price',
});

/** Every price that a bill is made of. docs/cost.md says how to update them. */
export const prices = {
  lambdaRequests: priced('lambda', { unit: 'requests', usd: 0.2, per: million, free: million }),
  lambdaGbSeconds: priced('lambda', {
    unit: 'GB-seconds on arm64',
    usd: 0.0000133334,
    per: 1,
    above: [{ quantity: 7.5 * thousandMillion, usd: 0.0000120001 }],
    free: 400_000,
  }),

  httpRequests: priced('apiGateway', {
    unit: 'requests of up to 512 KB',
    usd: 1,
    per: million,
    above: [{ quantity: 300 * million, usd: 0.9 }],
  }),
  webSocketMessages: priced('apiGateway', {
    unit: 'messages of up to 32 KB',
    usd: 1,
    per: million,
    above: [{ quantity: thousandMillion, usd: 0.8 }],
    unconfirmed: 'the price above a thousand million',
  }),
  connectionMinutes: priced('apiGateway', { unit: 'connection minutes', usd: 0.25, per: million }),

  tableWrites: priced('dynamoDb', { unit: 'write units of 1 KB', usd: 0.625, per: million }),
  tableReads: priced('dynamoDb', { unit: 'read units of 4 KB', usd: 0.125, per: million }),
  tableStorage: priced('dynamoDb', { unit: 'GB', usd: 0.25, per: 1, free: 25, unconfirmed: 'the price' }),

  queueRequests: priced('sqs', { unit: 'requests', usd: 0.4, per: million, free: million }),
  customEvents: priced('eventBridge', { unit: 'events of up to 64 KB', usd: 1, per: million }),

  // The page names the free ones: standard alarms by their metrics, and dashboards of at most 50 metrics.
  alarms: priced('cloudWatch', { unit: 'metrics with an alarm', usd: 0.1, per: 1, free: 10 }),
  dashboards: priced('cloudWatch', { unit: 'dashboards of up to 50 metrics', usd: 3, per: 1, free: 3 }),
  largeDashboards: priced('cloudWatch', { unit: 'dashboards of more than 50 metrics', usd: 3, per: 1 }),
  // Billed by the hour in which a value comes.
  metrics: priced('cloudWatch', { unit: 'metrics', usd: 0.3, per: 1, free: 10 }),
  logIngestion: priced('cloudWatch', { unit: 'GB', usd: 0.5, per: 1, free: 5 }),
  logStorage: priced('cloudWatch', { unit: 'GB, compressed', usd: 0.03, per: 1 }),
  traces: priced('xRay', { unit: 'traces', usd: 5, per: million, free: 100_000 }),

  secrets: priced('secretsManager', { unit: 'secrets', usd: 0.4, per: 1 }),

  natHours: hour('vpc', 0.045),
  natData: priced('vpc', { unit: 'GB', usd: 0.045, per: 1 }),
  publicIpv4Hours: hour('vpc', 0.005),
  dataOut: priced('ec2', {
    unit: 'GB to the internet',
    usd: 0.09,
    per: 1,
    above: [
      { quantity: 10_240, usd: 0.085 },
      { quantity: 51_200, usd: 0.07 },
      { quantity: 153_600, usd: 0.05 },
    ],
    free: 100,
  }),
  dataBetweenZones: priced('ec2', { unit: 'GB, in and out', usd: 0.01, per: 1 }),

  rdsStorage: priced('rds', { unit: 'GB of gp3', usd: 0.115, per: 1 }),
  rdsBackups: priced('rds', { unit: 'GB beyond the size of the storage', usd: 0.095, per: 1 }),

  // At least 2 vCPUs of the instance, or 8 ACUs of the cluster.
  proxyVcpus: priced('rdsProxy', { unit: 'vCPU hours', usd: 0.015, per: 1 }),
  proxyAcus: priced('rdsProxy', { unit: 'ACU hours', usd: 0.015, per: 1 }),

  auroraCapacity: priced('aurora', { unit: 'ACU hours', usd: 0.12, per: 1 }),
  auroraStorage: priced('aurora', { unit: 'GB', usd: 0.1, per: 1 }),
  auroraRequests: priced('aurora', { unit: 'I/O requests', usd: 0.2, per: million }),
  auroraBackups: priced('aurora', { unit: 'GB beyond the size of the storage', usd: 0.021, per: 1 }),
} satisfies Record<string, Price>;

/** The instance classes of RDS for PostgreSQL, in one zone. A standby in a second zone doubles the price. */
export const instancePrices: Readonly<Record<string, Price>> = {
  't4g.micro': hour('rds', 0.016),
  't4g.small': hour('rds', 0.032),
  't4g.medium': hour('rds', 0.065),
  't4g.large': unseenHour('rds', 0.129),
  'm7g.large': unseenHour('rds', 0.168),
  'm7g.xlarge': unseenHour('rds', 0.337),
  'm7g.2xlarge': unseenHour('rds', 0.674),
};

/**
 * The vCPUs of an instance class: all up to `large` have two, and each of the larger ones has four for an `xlarge`.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
 */
export function vcpusOf(instanceType: string): number {
  const [, times] = /\.(\d*)xlarge$/.exec(instanceType) ?? [];
  return times === undefined ? 2 : 4 * Number(times || 1);
}

/**
 * What so many units cost in a month at list price, in US dollars.
 * @param quantity from 0; need not be whole
 */
export function listCost({ usd, per, above = [] }: Price, quantity: number): number {
  const tiers = [{ quantity: 0, usd }, ...above];
  return tiers.reduce((sum, tier, index) => {
    const end = tiers[index + 1]?.quantity ?? Number.POSITIVE_INFINITY;
    return sum + (Math.max(0, Math.min(quantity, end) - tier.quantity) * tier.usd) / per;
  }, 0);
}

/** The same without the units that an account has for free. */
export const costBeyondFree = (price: Price, quantity: number): number =>
  listCost(price, Math.max(0, quantity - (price.free ?? 0)));
