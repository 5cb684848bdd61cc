import { isRecord, parseJson } from '@belfry/local/json';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { refuseFormerTypes } from 'belfry-cdk/former-types';
import { nearest } from 'belfry-cdk/nearest';

/** A kind of context value: what it must be, in words, and how it is read. `read` returns undefined for a wrong value. */
interface Kind<Value> {
  expected: string;
  read(value: unknown): Value | undefined;
}

const oneOf = <Word extends string>(...words: Word[]): Kind<Word> => ({
  expected: `one of ${words.join(', ')}`,
  read: (value) => words.find((word) => word === value),
});

const text = (expected: string, pattern = /\S/): Kind<string> => ({
  expected,
  read: (value) => (typeof value === 'string' && pattern.test(value.trim()) ? value.trim() : undefined),
});

const flag: Kind<boolean> = {
  expected: 'true or false',
  read: (value) => (/^(true|false)$/.test(String(value)) ? String(value) === 'true' : undefined),
};

/** The construct checks the range, because it knows the reason for the limits. */
const number = (expected: string, pattern = /^\d{1,9}$/): Kind<number> => ({
  expected,
  read: (value) => (pattern.test(String(value)) ? Number(value) : undefined),
});

const list = (items: string): Kind<string[]> => ({
  expected: `${items}, separated by commas`,
  read(value) {
    const words = typeof value === 'string' ? value.split(',') : value;
    if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) return undefined;
    return words.map((word) => word.trim()).filter(Boolean);
  },
});

/** Names of issuers, or objects with the settings of each. */
const issuers: Kind<string[] | IssuerContext[]> = {
  expected: 'issuers, separated by commas, or JSON with the settings of each: see issuers.md',
  read(value) {
    const parsed = jsonOf(value);
    if (!Array.isArray(parsed) || !parsed.some(isRecord)) return list('').read(value);
    return parsed.every(isRecord) ? parsed.map(readIssuer) : undefined;
  },
};

const jsonOf = (value: unknown): unknown => (typeof value === 'string' ? parseJson(value) : value);

/** An object from `cdk.json`, or its JSON text from the command line. */
const json = (example: string): Kind<object> => ({
  expected: `JSON such as ${example}`,
  read(value) {
    const parsed = jsonOf(value);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  },
});

const daysOrNever: Kind<number | false> = {
  expected: 'a whole number of days, or false for never',
  read(value) {
    if (String(value) === 'false') return false;
    return /^\d{1,9}$/.test(String(value)) ? Number(value) : undefined;
  },
};

/** A number of days for which CloudWatch Logs can keep logs. */
function days(): Kind<RetentionDays> {
  const possible = Object.values(RetentionDays).filter((each) => typeof each === 'number');
  const finite = possible.filter((each) => each !== RetentionDays.INFINITE);
  return {
    expected: `one of ${finite.join(', ')}`,
    read: (value) => finite.find((each) => String(each) === String(value)),
  };
}

const domain = /^([a-z0-9-]+\.)+[a-z]+$/;
const certificate = /^arn:[^:]+:acm:/;

/** The rules for the tokens of an issuer. */
const tokenRules = {
  algorithms: list('algorithms, such as RS256 or ES384'),
  audiences: list('audiences'),
  requiredClaims: json('{"token_use":"access","client_id":["3n4b5urk1ft4fl3mg5e62d9ado"]}'),
  userIdClaim: text('the name of a claim, or a path such as user.id'),
  userIdNamespace: text('a UUID'),
  scopeClaims: list('claims, such as scp or realm_access.roles'),
  maximumLifeMinutes: number('a whole number of minutes from 1'),
  maximumAgeMinutes: number('a whole number of minutes from 1'),
} satisfies Record<string, Kind<unknown>>;

/** The settings of one of several issuers. */
const issuerKinds = {
  issuer: text('the `iss` of its tokens'),
  jwksUrl: text('the URL of its keys'),
  keepsUuids: flag,
  ...tokenRules,
} satisfies Record<string, Kind<unknown>>;

/** Every setting of the app, by its key in `cdk.json` or in `cdk deploy -c key=value`. */
const kinds = {
  stackName: text('letters, digits and hyphens, beginning with a letter', /^[A-Za-z][A-Za-z0-9-]{0,127}$/),
  database: oneOf('rds', 'aurora', 'existing'),
  databaseInstanceType: text('the class of an RDS instance, such as t4g.micro', /^[a-z0-9]+\.[a-z0-9]+$/),
  databaseMultiAz: flag,
  databaseMinCapacity: number('a number of ACUs in steps of 0.5, such as 0 or 0.5', /^\d{1,3}(\.[05])?$/),
  databaseMaxCapacity: number('a number of ACUs in steps of 0.5, such as 4', /^\d{1,3}(\.[05])?$/),
  databaseDeletionProtection: flag,
  databaseMaxStorage: number('a whole number of GiB, such as 100'),
  databaseOwnerSecretVersion: text('the id of a version of the secret'),
  databaseBackupDays: number('a whole number of days from 1 to 35'),
  databaseProxy: flag,
  databaseResourceIds: list('resource ids of restored databases, such as db-ABCDEFGHIJKL01234'),
  databaseSecret: text('the name or the whole ARN of a secret in Secrets Manager'),
  databaseSecretVersion: text('the id of a version of the secret'),
  vpcId: text('the id of a VPC, such as vpc-0a1b2c3d', /^vpc-[0-9a-f]+$/),
  subnetIds: list('ids of subnets of the VPC, such as subnet-0a1b2c3d'),
  databaseSubnetIds: list('ids of subnets of the VPC, such as subnet-0a1b2c3d'),
  securityGroupId: text('the id of a security group, such as sg-0a1b2c3d', /^sg-[0-9a-f]+$/),
  network: oneOf('ipv6', 'nat', 'isolated'),
  jwtJwksUrl: text('the URL of an issuer’s keys'),
  jwtAlgorithms: tokenRules.algorithms,
  jwtIssuers: issuers,
  jwtSharedUserIds: flag,
  jwtAudiences: tokenRules.audiences,
  jwtRequiredClaims: tokenRules.requiredClaims,
  jwtSecretVersion: text('the id of a version of the secret'),
  jwtUserIdClaim: tokenRules.userIdClaim,
  jwtUserIdNamespace: tokenRules.userIdNamespace,
  jwtScopeClaims: tokenRules.scopeClaims,
  jwtCreateScope: text('a scope without white space, such as belfry/notifications:create', /^\S+$/),
  jwtMaximumLifeMinutes: tokenRules.maximumLifeMinutes,
  jwtMaximumAgeMinutes: tokenRules.maximumAgeMinutes,
  archiveAfterDays: daysOrNever,
  deleteAfterDays: daysOrNever,
  allowedOrigins: list('origins, such as https://app.example.com'),
  scopes: list('names of scopes, such as attendee'),
  types: json('{"payout":{"critical":true},"digest":{"default":"off"}}'),
  strictTypes: flag,
  movedScopes: list('names of scopes that are no longer in scopes'),
  eventBusName: text('letters, digits, dots, hyphens and underscores', /^[A-Za-z0-9._-]{1,256}$/),
  createsPerMinute: number('a whole number; 0 for no limit'),
  throttling: json('{"ping":{"rate":2000,"burst":1000}}'),
  connectionLimit: number('a whole number from 1'),
  connectionMinimumLifetimeMinutes: number('a whole number of minutes'),
  reservedConcurrency: number('a whole number from 1'),
  httpDomainName: text('the name of a domain', domain),
  httpCertificateArn: text('the ARN of a certificate in Certificate Manager', certificate),
  webSocketDomainName: text('the name of a domain', domain),
  webSocketCertificateArn: text('the ARN of a certificate in Certificate Manager', certificate),
  logRetentionDays: days(),
  tracing: flag,
  httpAccessLogs: flag,
  webSocketAccessLogs: flag,
  alarms: oneOf('all', 'essential', 'none'),
  alarmTopicArn: text('the ARN of an SNS topic', /^arn:[^:]+:sns:/),
  tags: json('{"team":"booking"}'),
  emulator: text('the URL of an emulator of AWS, such as http://127.0.0.1:4566', /^https?:\/\/[^/\s]+$/),
} satisfies Record<string, Kind<unknown>>;

type Kinds = typeof kinds;

/** The values that are given, each of its kind. */
type Given<Some extends Record<string, Kind<unknown>>> = {
  [Key in keyof Some]?: NonNullable<ReturnType<Some[Key]['read']>>;
};

/** What the value of each option may be, in words. What the options mean is in option-descriptions.ts. */
export const optionKinds: Record<keyof Kinds, { expected: string }> = kinds;

/** The settings that are given, each of its kind. */
export type Context = Given<Kinds>;

/** The settings of one of several issuers, each of its kind. */
export type IssuerContext = Given<typeof issuerKinds>;

/**
 * Reads the settings from the context of a CDK app. The command line wins over `cdk.json`. An empty text counts as left out.
 * @param values the whole context. Keys that are not plain words belong to the CDK, unless they are almost a setting.
 * @throws Error naming a wrong value with its key and what it may be, or a key that does not exist
 */
export function readContext(values: Record<string, unknown>): Context {
  const { restrictedTypes, measuredTypes, types } = values;
  refuseFormerTypes({
    restrictedTypes: jsonOf(restrictedTypes),
    measuredTypes: list('').read(measuredTypes) ?? measuredTypes,
    types: jsonOf(types),
  });
  const keys = Object.keys(kinds);
  const unknown = Object.keys(values).find(
    (key) => !keys.includes(key) && (/^[a-z]+([A-Z][a-z]*)*$/.test(key) || nearest(key, keys)),
  );
  if (unknown !== undefined) throw unknownKey('', unknown, keys);
  return readAll(kinds, values);
}

function readIssuer(values: Record<string, unknown>, index: number): IssuerContext {
  const where = `jwtIssuers[${index}].`;
  const keys = Object.keys(issuerKinds);
  const unknown = Object.keys(values).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw unknownKey(where, unknown, keys);
  return readAll(issuerKinds, values, where);
}

function unknownKey(where: string, key: string, keys: string[]): Error {
  const meant = nearest(key, keys);
  const hint = meant ? ` Did you mean ${meant}?` : '';
  return new Error(`Unknown context value ${where}${key}.${hint} Use one of: ${keys.join(', ')}.`);
}

function readAll<Some extends Record<string, Kind<unknown>>>(
  kinds: Some,
  values: Record<string, unknown>,
  where = '',
): Given<Some> {
  const given = Object.entries(kinds).filter(([key]) => (values[key] ?? '') !== '');
  const entries = given.map(([key, kind]) => [key, read(`${where}${key}`, kind, values[key])]);
  // The cast: each value was read by the kind of its key.
  return Object.fromEntries(entries) as Given<Some>;
}

function read(key: string, { expected, read }: Kind<unknown>, value: unknown): unknown {
  const result = read(value);
  if (result !== undefined) return result;
  throw new Error(`The context value ${key} must be ${expected}; it is ${JSON.stringify(value)}.`);
}
