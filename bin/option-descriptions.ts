import type { Context } from './context.ts';

interface OptionDescription {
  /** What the option does. */
  means: string;
  /** What holds if it is left out. */
  byDefault: string;
}

type Options = Partial<Record<keyof Context, OptionDescription>>;

const installation = {
  stackName: {
    means: 'The name of the stack. Each installation in an account and region needs a name of its own.',
    byDefault: '`Belfry`',
  },
  allowedOrigins: {
    means: 'The origins of your frontends, for both APIs.',
    byDefault: 'none: no page of another origin may call',
  },
  tags: { means: 'Tags for every resource.', byDefault: 'none' },
  emulator: {
    means:
      'Fits the template to an emulator of AWS. `npm run deploy:emulator` sets it ([emulators](emulators.md)).',
    byDefault: 'none',
  },
} satisfies Options;

const database = {
  database: {
    means: '`aurora` is serverless and pauses when idle. See [other databases](deploy.md#other-databases).',
    byDefault: '`rds`',
  },
  databaseDeletionProtection: {
    means: 'For `rds` and `aurora`: if the database is protected from being deleted.',
    byDefault: '`true`',
  },
  databaseBackupDays: {
    means:
      'For `rds` and `aurora`: how many days automatic backups are kept. [The free plan](deploy.md#on-the-free-plan) allows `1`.',
    byDefault: '`7`',
  },
  databaseOwnerSecretVersion: {
    means: 'For `rds` and `aurora`: the version of the [owner’s password](deploy.md#rotate-secrets).',
    byDefault: 'the current one',
  },
  databaseResourceIds: {
    means: 'For `rds` and `aurora`: the resource ids of [restored](deploy.md#restore) databases.',
    byDefault: 'none: functions sign in to the database that the stack made',
  },
  databaseProxy: {
    means:
      'For `rds` and `aurora`: if functions reach the database through an [RDS Proxy](deploy.md#a-proxy). With `aurora` it needs a `databaseMinCapacity`.',
    byDefault: '`false`',
  },
  databaseInstanceType: {
    means: 'For `rds`: the instance class. [Which one](deploy.md#the-size-of-the-database).',
    byDefault: '`t4g.micro`',
  },
  databaseMultiAz: { means: 'For `rds`: if a standby runs in a second zone.', byDefault: '`false`' },
  databaseMaxStorage: {
    means: 'For `rds`: how far its storage may grow, from 22 GiB.',
    byDefault: '`100`',
  },
  databaseMinCapacity: {
    means: 'For `aurora`: the least capacity. `0` lets it pause.',
    byDefault: '`0`',
  },
  databaseMaxCapacity: { means: 'For `aurora`: the greatest capacity.', byDefault: '`4`' },
  databaseSecret: {
    means: 'For `existing`: the secret with its [connection strings](deploy.md#other-databases). Required.',
    byDefault: 'none',
  },
  databaseSecretVersion: {
    means: 'For `existing`: the version of that secret.',
    byDefault: 'the current one',
  },
  vpcId: {
    means:
      'An [existing VPC](deploy.md#an-existing-vpc) for the functions, and for the database of `rds` and `aurora`. Needs `subnetIds` and `network`, and with `existing` also `securityGroupId`.',
    byDefault: 'a VPC of its own; with `existing` none',
  },
  subnetIds: { means: 'With `vpcId`: the subnets of the functions.', byDefault: 'none' },
  databaseSubnetIds: {
    means: 'With `vpcId`, for `rds` and `aurora`: the subnets of the database, in two zones at least.',
    byDefault: 'those of `subnetIds`',
  },
  securityGroupId: { means: 'For `existing`: the security group of the functions.', byDefault: 'none' },
} satisfies Options;

const tokens = {
  jwtJwksUrl: {
    means:
      'Where your issuer publishes its keys. [Settings for Auth0, Clerk, Cognito and others](deploy.md#tokens-of-an-issuer).',
    byDefault: 'none: HS256 with a generated secret',
  },
  jwtIssuers: {
    means:
      'The accepted values of `iss`. Or, for several issuers with keys of their own, [the settings of each](issuers.md#several-issuers).',
    byDefault: 'not checked',
  },
  jwtSharedUserIds: {
    means:
      'With several issuers: whether they know [the same users by the same ids](issuers.md#several-issuers).',
    byDefault: '`false`',
  },
  jwtAudiences: {
    means:
      'The accepted values of `aud`. If the tokens of your issuer have none, use `jwtRequiredClaims`: no other claim stands in for it.',
    byDefault: 'not checked',
  },
  jwtRequiredClaims: {
    means:
      'Claims that a token must have, each with its accepted values. A claim that is an array must have one of them.',
    byDefault: 'none',
  },
  jwtAlgorithms: {
    means:
      'The accepted algorithms: `HS256` with a secret; with an issuer `RS`, `PS` and `ES` with `256`, `384` or `512`, and `EdDSA`.',
    byDefault: '`HS256`, or with an issuer `RS256,ES256,EdDSA`',
  },
  jwtSecretVersion: {
    means: 'The version of the generated secret that [tokens are verified with](deploy.md#rotate-secrets).',
    byDefault: 'the current one',
  },
  jwtUserIdClaim: { means: 'The claim that names the user. It may be a path.', byDefault: '`sub`' },
  jwtUserIdNamespace: {
    means:
      'The namespace in which [user ids that are not UUIDs](api.md#tokens) become UUIDs. Never change it.',
    byDefault: 'none: tokens with such ids are refused',
  },
  jwtScopeClaims: {
    means:
      'The claims that have the scopes: texts with names between spaces, or arrays of names. Each may be a path.',
    byDefault: '`scope`',
  },
  jwtCreateScope: {
    means: 'The scope that a token needs to create over HTTP. A restricted type also needs `<scope>:<type>`.',
    byDefault: '`notifications:create`',
  },
  jwtMaximumLifeMinutes: {
    means: 'How long a token may be valid, from its `iat` to its `exp`. Tokens without `iat` are refused.',
    byDefault: 'any time',
  },
  jwtMaximumAgeMinutes: {
    means: 'How old a token may become, from its `iat` on. Tokens without `iat` are refused.',
    byDefault: 'as old as its `exp` allows',
  },
} satisfies Options;

const catalogue = {
  scopes: {
    means:
      'The frontends that have a bell of their own, at most 8. A notification without a scope is in all of them.',
    byDefault: 'none: one bell',
  },
  types: {
    means:
      'The [rules for types](#rules-for-types): which can be switched off, who may create them, which are measured.',
    byDefault: 'none: no type has a rule',
  },
  strictTypes: {
    means: 'If a notification of a type that `types` does not have is refused, at every door.',
    byDefault: '`false`',
  },
  movedScopes: {
    means:
      'Scopes that are no longer in `scopes`, whose notifications [move to no scope](deploy.md#remove-a-scope).',
    byDefault: 'none: a deployment is refused while there are any',
  },
} satisfies Options;

const creating = {
  eventBusName: {
    means:
      'The name of the event bus. Set it to [keep the bus of release 0.1.0](deploy.md#from-release-010).',
    byDefault: 'from the stack’s name and the path of the construct',
  },
  createsPerMinute: {
    means: 'Creates over HTTP that a token subject may make in a minute.',
    byDefault: '`600`',
  },
  archiveAfterDays: {
    means: 'The age at which a notification is archived.',
    byDefault: '`180`',
  },
  deleteAfterDays: {
    means: 'The age at which a notification is deleted. Must be greater than `archiveAfterDays`.',
    byDefault: '`365`',
  },
} satisfies Options;

const network = {
  network: {
    means:
      'How functions reach the sockets. `nat` costs about $37 a month; `isolated` has [no route out](deploy.md#other-networks).',
    byDefault: '`ipv6`; required with `vpcId`',
  },
  throttling: {
    means:
      'Limits of API Gateway for all clients together, for `http`, `connect`, `disconnect`, `ping` and `message`. [Which for how many users](operations.md#throttling).',
    byDefault: 'enough for 25,000 open pages',
  },
  connectionLimit: { means: 'Sockets that one user may have open.', byDefault: '`10`' },
  connectionMinimumLifetimeMinutes: {
    means: 'How long a socket gets pushes at least, even if its token ends sooner.',
    byDefault: '`15`',
  },
  httpDomainName: {
    means: 'A domain name for the HTTP API. The output `HttpApiDomainTarget` says where to point it.',
    byDefault: 'the name from AWS',
  },
  httpCertificateArn: { means: 'The certificate of that name.', byDefault: 'none' },
  webSocketDomainName: {
    means: 'A domain name for the WebSocket API. The output `WebSocketDomainTarget` says where to point it.',
    byDefault: 'the name from AWS',
  },
  webSocketCertificateArn: { means: 'The certificate of that name.', byDefault: 'none' },
} satisfies Options;

const operation = {
  alarms: {
    means:
      'Which [alarms](operations.md#alarms) there are. Each costs $0.10 a month beyond the first ten of an account, and `essential` are at most ten.',
    byDefault: '`all`',
  },
  alarmTopicArn: {
    means: 'The topic that gets a message when an [alarm](operations.md#alarms) starts and ends.',
    byDefault: 'none: alarms show in the console only',
  },
  logRetentionDays: { means: 'How many days logs are kept.', byDefault: '`30`' },
  tracing: { means: 'If X-Ray traces the functions.', byDefault: '`false`' },
  httpAccessLogs: {
    means:
      'If requests are logged. Set it to `false` in an account that [refuses the log](known-refusals.md#the-policy-of-cloudwatch-logs-is-full).',
    byDefault: '`true`',
  },
  webSocketAccessLogs: {
    means:
      'If connections are logged. The account needs a role of API Gateway for logging (`AWS::ApiGateway::Account`).',
    byDefault: '`false`',
  },
  reservedConcurrency: {
    means: 'Environments that are reserved for each of the create, read and update functions.',
    byDefault: 'none',
  },
} satisfies Options;

/** Every option. One that is missing here does not compile. */
export const optionDescriptions: Record<keyof Context, OptionDescription> = {
  ...installation,
  ...database,
  ...network,
  ...tokens,
  ...catalogue,
  ...creating,
  ...operation,
};

/** The options by theme, in the order of docs/options.md. */
export const optionThemes: Record<string, Options> = {
  Installation: installation,
  Database: database,
  'Network and sockets': network,
  Tokens: tokens,
  'Scopes and types': catalogue,
  'Creating and retention': creating,
  Operation: operation,
};
