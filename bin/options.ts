import { Duration } from 'aws-cdk-lib';
import type {
  DatabaseProps,
  DomainProps,
  JwtAlgorithm,
  JwtProps,
  NotificationsProps,
  NotificationsStackProps,
  ThrottlingProps,
  TokenRuleProps,
  TypeRule,
  VpcIds,
} from 'belfry-cdk';
import { type Context, type IssuerContext, readContext } from './context.ts';

/**
 * The props of the stack, from the context of the CDK app. The construct checks if they fit together.
 * @throws Error naming the key that is wrong, its value, and what it may be
 */
export function optionsOf(values: Record<string, unknown>): NotificationsStackProps {
  const context = readContext(values);
  const { createsPerMinute, connectionMinimumLifetimeMinutes: minutes } = context;
  return given({
    database: databaseOf(context),
    vpcIds: vpcIdsOf(context),
    network: context.network,
    jwt: jwtOf(context),
    allowedOrigins: context.allowedOrigins,
    scopes: context.scopes,
    // The cast: the construct refuses what a rule cannot be.
    types: context.types as Record<string, TypeRule> | undefined,
    strictTypes: context.strictTypes,
    movedScopes: context.movedScopes,
    eventBusName: context.eventBusName,
    retention: given({
      archiveAfterDays: context.archiveAfterDays,
      deleteAfterDays: context.deleteAfterDays,
    }),
    rateLimits: given({ createsPerMinute }),
    // The cast: the construct refuses what a limit cannot be.
    throttling: context.throttling as ThrottlingProps | undefined,
    connectionLimit: context.connectionLimit,
    connectionMinimumLifetime: minutes === undefined ? undefined : Duration.minutes(minutes),
    reservedConcurrency: context.reservedConcurrency,
    domainNames: domainNamesOf(context),
    logRetention: context.logRetentionDays,
    tracing: context.tracing,
    httpAccessLogs: context.httpAccessLogs,
    webSocketAccessLogs: context.webSocketAccessLogs,
    alarms: context.alarms,
    alarmTopicArn: context.alarmTopicArn,
    tags: context.tags && checkTags(context.tags),
  });
}

/** The keys that not every mode of the database has, with the modes that have them. */
const modesOf = {
  databaseInstanceType: ['rds'],
  databaseMultiAz: ['rds'],
  databaseMaxStorage: ['rds'],
  databaseMinCapacity: ['aurora'],
  databaseMaxCapacity: ['aurora'],
  databaseDeletionProtection: ['rds', 'aurora'],
  databaseBackupDays: ['rds', 'aurora'],
  databaseOwnerSecretVersion: ['rds', 'aurora'],
  databaseSecret: ['existing'],
  databaseSecretVersion: ['existing'],
  databaseResourceIds: ['rds', 'aurora'],
  databaseProxy: ['rds', 'aurora'],
  databaseSubnetIds: ['rds', 'aurora'],
  securityGroupId: ['existing'],
} satisfies Partial<Record<keyof Context, DatabaseProps['mode'][]>>;

/** Whether an option may be given with a mode of the database. Most options may be given with each. */
export const isForDatabase = (key: string, mode: DatabaseProps['mode']): boolean =>
  Object.entries(modesOf).every(([each, modes]) => each !== key || modes.some((one) => one === mode));

function databaseOf(context: Context): DatabaseProps {
  const { database: mode = 'rds', databaseSecret: secretId } = context;
  for (const [key, modes] of Object.entries(modesOf)) {
    if (key in context && !isForDatabase(key, mode)) {
      throw new Error(
        `The context value ${key} is only for database=${modes.join(' or ')}, but database is ${mode}. Leave ${key} out.`,
      );
    }
  }
  const managed = given({
    deletionProtection: context.databaseDeletionProtection,
    backupRetentionDays: context.databaseBackupDays,
    ownerSecretVersionId: context.databaseOwnerSecretVersion,
    restoredResourceIds: context.databaseResourceIds,
    proxy: context.databaseProxy,
  });
  switch (mode) {
    case 'rds':
      return {
        mode,
        ...managed,
        ...given({
          instanceType: context.databaseInstanceType,
          multiAz: context.databaseMultiAz,
          maxStorageGiB: context.databaseMaxStorage,
        }),
      };
    case 'aurora':
      return {
        mode,
        ...managed,
        ...given({ minCapacity: context.databaseMinCapacity, maxCapacity: context.databaseMaxCapacity }),
      };
    case 'existing': {
      if (secretId === undefined) {
        throw new Error(
          'With database=existing the context value databaseSecret must name the secret that holds its connection strings.',
        );
      }
      const { databaseSecretVersion: secretVersionId, vpcId, subnetIds, securityGroupId } = context;
      return { mode, secretId, ...given({ secretVersionId, vpcId, subnetIds, securityGroupId }) };
    }
  }
}

/** The VPC of a database that the stack makes. For an existing one the ids are part of the database. */
function vpcIdsOf({ database, vpcId, subnetIds, databaseSubnetIds }: Context): VpcIds | undefined {
  if (database === 'existing') return undefined;
  if (vpcId !== undefined && subnetIds !== undefined) {
    return { vpcId, subnetIds, ...given({ databaseSubnetIds }) };
  }
  if ((vpcId ?? subnetIds ?? databaseSubnetIds) === undefined) return undefined;
  throw new Error(
    'The context values vpcId and subnetIds belong together. Set both, or leave out both, and databaseSubnetIds too.',
  );
}

function jwtOf(context: Context): JwtProps {
  return given({
    jwksUrl: context.jwtJwksUrl,
    issuers: issuersOf(context.jwtIssuers),
    sharedUserIds: context.jwtSharedUserIds,
    secretVersionId: context.jwtSecretVersion,
    createScope: context.jwtCreateScope,
    ...tokenRulesOf({
      algorithms: context.jwtAlgorithms,
      audiences: context.jwtAudiences,
      requiredClaims: context.jwtRequiredClaims,
      userIdClaim: context.jwtUserIdClaim,
      userIdNamespace: context.jwtUserIdNamespace,
      scopeClaims: context.jwtScopeClaims,
      maximumLifeMinutes: context.jwtMaximumLifeMinutes,
      maximumAgeMinutes: context.jwtMaximumAgeMinutes,
    }),
  });
}

function issuersOf(issuers: Context['jwtIssuers']): JwtProps['issuers'] {
  const each = issuers?.filter((issuer) => typeof issuer === 'object') ?? [];
  if (each.length === 0) return issuers?.filter((issuer) => typeof issuer === 'string');
  // The construct refuses an issuer without a name or a URL.
  return each.map(({ issuer = '', jwksUrl = '', keepsUuids, ...rules }) =>
    Object.assign({ issuer, jwksUrl }, given({ keepsUuids }), tokenRulesOf(rules)),
  );
}

function tokenRulesOf({
  maximumLifeMinutes: life,
  maximumAgeMinutes: age,
  ...rules
}: {
  [Key in keyof Omit<IssuerContext, 'issuer' | 'jwksUrl' | 'keepsUuids'>]: IssuerContext[Key] | undefined;
}): TokenRuleProps {
  return given({
    ...rules,
    // The cast: the construct refuses an algorithm that it does not know.
    algorithms: rules.algorithms as JwtAlgorithm[] | undefined,
    // The cast: the construct refuses what claims cannot have.
    requiredClaims: rules.requiredClaims as TokenRuleProps['requiredClaims'],
    maximumLife: life === undefined ? undefined : Duration.minutes(life),
    maximumAge: age === undefined ? undefined : Duration.minutes(age),
  });
}

function domainNamesOf(context: Context): NonNullable<NotificationsProps['domainNames']> {
  return given({ http: domainOf(context, 'http'), webSocket: domainOf(context, 'webSocket') });
}

function domainOf(context: Context, api: 'http' | 'webSocket'): DomainProps | undefined {
  const [nameKey, arnKey] = [`${api}DomainName`, `${api}CertificateArn`] as const;
  const { [nameKey]: name, [arnKey]: certificateArn } = context;
  if (name !== undefined && certificateArn !== undefined) return { name, certificateArn };
  if (name === undefined && certificateArn === undefined) return undefined;
  throw new Error(
    `The context values ${nameKey} and ${arnKey} belong together; ${name ? arnKey : nameKey} is missing.`,
  );
}

function checkTags(tags: object): Record<string, string> {
  const wrong = Object.entries(tags).find(([, value]) => typeof value !== 'string');
  if (!wrong && !Array.isArray(tags)) return tags as Record<string, string>;
  const found = wrong ? `${wrong[0]} is ${JSON.stringify(wrong[1])}` : 'it is a list';
  throw new Error(
    `The context value tags must be a JSON object whose values are strings, such as {"team":"booking"}; ${found}.`,
  );
}

/** Removes undefined values, because an optional property must be left out rather than be undefined. */
function given<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
    // The cast: these are the same values without the undefined ones.
  ) as { [Key in keyof Values]?: Exclude<Values[Key], undefined> };
}
