import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  awsConfig,
  awsCredentials,
  connectConfig,
  createScopeConfig,
  databaseConfig,
  dueTimesConfig,
  dynamoDbEndpoint,
  eventBusConfig,
  eventTableConfig,
  gatewayConfig,
  installationConfig,
  migrationsFolder,
  movedScopesConfig,
  policyConfig,
  pushConfig,
  rateConfig,
  rdsCertificatesFile,
  registryConfig,
  retentionConfig,
  roleConfig,
} from '../../functions/platform/config.ts';
import { tokenConfig } from '../../functions/platform/token-config.ts';
import { codeFolder } from '../support/code-folder.ts';

/** The rules of an installation without settings, but for two accepted issuers. */
const rule = {
  algorithms: ['HS256'],
  issuers: ['https://a.example', 'https://b.example'],
  audiences: [],
  requiredClaims: {},
  userIdClaim: 'sub',
  keptUuids: 'all',
  scopeClaims: ['scope'],
};

const environment = {
  AWS_ACCESS_KEY_ID: 'ASIA',
  AWS_SECRET_ACCESS_KEY: 'key',
  AWS_SESSION_TOKEN: 'session',
  AWS_REGION: 'eu-central-1',
  LAMBDA_TASK_ROOT: '/var/task',
  DATABASE_HOST: 'db.example.com',
  DATABASE_PORT: '5432',
  DATABASE_NAME: 'belfry',
  DATABASE_USER: 'belfry_writer',
  JWT_SECRET: 'secret',
  JWT_RULES: JSON.stringify([rule]),
  CONNECTIONS_TABLE_NAME: 'connections',
  CONNECTIONS_ENDPOINT: 'https://abc.execute-api.eu-central-1.amazonaws.com/live',
  CONNECTIONS_ADDRESS_FAMILY: '6',
  ALLOWED_ORIGINS: 'https://app.example.com http://localhost:*',
  CONNECTION_MINIMUM_LIFETIME_MINUTES: '15',
  CREATE_SCOPE: 'belfry/notifications:create',
  MOVED_SCOPES: 'organizer guest',
  RATE_TABLE_NAME: 'rates',
  DUE_TIMES_TABLE_NAME: 'due-times',
  EVENTS_TABLE_NAME: 'events',
  EVENT_BUS_NAME: 'bus',
  CREATES_PER_MINUTE: '600',
  ARCHIVE_AFTER_DAYS: '180',
  DELETE_AFTER_DAYS: '',
};

beforeEach(() => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const issuerRule = { ...rule, jwksUrl: 'https://id.example.com/jwks.json', algorithms: ['RS256', 'EdDSA'] };

function withIssuers(...rules: object[]): void {
  vi.stubEnv('JWT_SECRET', '');
  vi.stubEnv('JWT_RULES', JSON.stringify(rules));
}

describe('The configuration', () => {
  it('of retention has ages in days, and null for never', () => {
    expect(retentionConfig()).toEqual({ archiveAfterDays: 180, deleteAfterDays: null });
  });

  it('of the database signs in with an IAM token', () => {
    expect(databaseConfig()).toEqual({
      host: 'db.example.com',
      port: 5432,
      database: 'belfry',
      user: 'belfry_writer',
      auth: { kind: 'iam', region: 'eu-central-1' },
      tls: true,
    });
  });

  it('of the database signs in with the password if there is one', () => {
    vi.stubEnv('DATABASE_PASSWORD', 'owner');
    expect(databaseConfig()).toMatchObject({ auth: { kind: 'password', password: 'owner' }, tls: true });
  });

  it('of an existing database is its connection string', () => {
    vi.stubEnv('DATABASE_URL', 'postgres://belfry_reader:secret@db/app');
    expect(databaseConfig()).toEqual({ connectionString: 'postgres://belfry_reader:secret@db/app' });
  });

  it('of pushing is by post or by queue', () => {
    vi.stubEnv('PUSH_BY', 'queue');
    expect(pushConfig()).toBe('queue');
    vi.stubEnv('PUSH_BY', 'pigeon');
    expect(pushConfig).toThrow('PUSH_BY must be post or queue; it is "pigeon".');
  });

  it('of roles is the user of each with an IAM token, in the database of the owner', () => {
    vi.stubEnv('DATABASE_USER', 'belfry_owner');
    vi.stubEnv('DATABASE_PASSWORD', 'owner');
    vi.stubEnv('DATABASE_READER_USER', 'belfry_reader_1a2b3c4d');
    vi.stubEnv('DATABASE_WRITER_USER', 'belfry_writer_1a2b3c4d');
    expect(roleConfig).toThrow('DATABASE_PURGER_USER is missing');
    vi.stubEnv('DATABASE_PURGER_USER', 'belfry_purger_1a2b3c4d');
    const { auth, ...place } = {
      host: 'db.example.com',
      port: 5432,
      database: 'belfry',
      auth: { kind: 'iam', region: 'eu-central-1' },
      tls: true,
    };
    expect(roleConfig()).toEqual({
      reader: { ...place, auth, user: 'belfry_reader_1a2b3c4d' },
      writer: { ...place, auth, user: 'belfry_writer_1a2b3c4d' },
      purger: { ...place, auth, user: 'belfry_purger_1a2b3c4d' },
    });
  });

  it('of the installation is its name', () => {
    expect(installationConfig).toThrow('INSTALLATION is missing');
    vi.stubEnv('INSTALLATION', '111122223333/eu-central-1/Belfry/Notifications');
    expect(installationConfig()).toBe('111122223333/eu-central-1/Belfry/Notifications');
  });

  it('of roles of an existing database is the connection string of each', () => {
    vi.stubEnv('DATABASE_URL', 'postgres://owner:secret@db/app');
    vi.stubEnv('DATABASE_READER_URL', 'postgres://belfry_reader:secret@db/app');
    expect(roleConfig).toThrow('DATABASE_WRITER_URL is missing');
    vi.stubEnv('DATABASE_WRITER_URL', 'postgres://belfry_writer:secret@db/app');
    vi.stubEnv('DATABASE_PURGER_URL', 'postgres://belfry_purger:secret@db/app');
    expect(roleConfig()).toEqual({
      reader: { connectionString: 'postgres://belfry_reader:secret@db/app' },
      writer: { connectionString: 'postgres://belfry_writer:secret@db/app' },
      purger: { connectionString: 'postgres://belfry_purger:secret@db/app' },
    });
  });

  it('of tokens is one entry with the secret, and with times in milliseconds', () => {
    expect(tokenConfig()).toEqual([
      { ...rule, secret: 'secret', maximumLifeMs: undefined, maximumAgeMs: undefined },
    ]);
    vi.stubEnv('JWT_RULES', JSON.stringify([{ ...rule, maximumLifeSeconds: 3_600, maximumAgeSeconds: 900 }]));
    expect(tokenConfig()).toMatchObject([{ maximumLifeMs: 3_600_000, maximumAgeMs: 900_000 }]);
  });

  it('of tokens may name an issuer instead of a secret, and how it names users', () => {
    const named = {
      ...issuerRule,
      userIdClaim: 'user',
      keptUuids: 'unmapped',
      requiredClaims: { token_use: ['access'] },
      scopeClaims: ['scope', 'realm_access.roles'],
    };
    withIssuers({ ...named, userIdNamespace: '6BA7B810-9DAD-11D1-80B4-00C04FD430C8' });
    expect(tokenConfig()).toMatchObject([
      { ...named, userIdNamespace: '6ba7b810-9dad-11d1-80b4-00c04fd430c8' },
    ]);
  });

  it('of tokens may name several issuers, each with rules of its own', () => {
    const others = { issuers: ['https://c.example'], jwksUrl: 'https://c.example/jwks', audiences: ['c'] };
    withIssuers(issuerRule, { ...issuerRule, ...others });
    expect(tokenConfig()).toMatchObject([issuerRule, others]);
  });

  it.each(['http://localhost:4000/jwks', 'http://127.0.0.1/jwks', 'http://[::1]:4000/jwks'])(
    'of tokens may name an issuer on this machine: %s',
    (jwksUrl) => {
      withIssuers({ ...issuerRule, jwksUrl });
      expect(tokenConfig()).toMatchObject([{ jwksUrl }]);
    },
  );

  it.each([
    'http://id.example.com/jwks',
    'http://localhost.evil.example/jwks',
    'http://user:password@localhost/jwks',
    'https://user@id.example.com/jwks',
    'ftp://localhost/jwks',
    'file:///etc/passwd',
    'data:application/json,{"keys":[]}',
    'id.example.com',
    '',
  ])('of tokens names no issuer by an address that others can speak for: %s', (jwksUrl) => {
    withIssuers({ ...issuerRule, jwksUrl });
    expect(tokenConfig).toThrow('JWT_RULES: 0.jwksUrl must be an https URL without a user and a password');
  });

  it.each(['', '{', '{}', '[]', 'null', '"HS256"'])('of tokens says that there are no rules: %s', (json) => {
    vi.stubEnv('JWT_RULES', json);
    expect(tokenConfig).toThrow('JWT_RULES must be a JSON array with the rules for tokens.');
  });

  it.each<[string, object[]]>([
    ['Set exactly one of JWT_SECRET and jwksUrl in JWT_RULES; both are missing.', [rule]],
    ['JWT_RULES: 0.algorithms.0 ', [{ ...issuerRule, algorithms: ['HS256'] }]],
    ['JWT_RULES: 0.algorithms must be one or more of RS256', [{ ...issuerRule, algorithms: [] }]],
    ['JWT_RULES: 0.issuers.0 must not be empty or have white space', [{ ...issuerRule, issuers: ['a b'] }]],
    ['JWT_RULES: 0.audiences.0 must not be empty', [{ ...issuerRule, audiences: [''] }]],
    ['JWT_RULES: 0.userIdClaim must not be empty', [{ ...issuerRule, userIdClaim: '' }]],
    ['JWT_RULES: 0.scopeClaims must not be empty', [{ ...issuerRule, scopeClaims: [] }]],
    ['JWT_RULES: 0.userIdNamespace must be a UUID', [{ ...issuerRule, userIdNamespace: 'ours' }]],
    ['JWT_RULES: 0.keptUuids ', [{ ...issuerRule, keptUuids: 'some' }]],
    ['JWT_RULES: 0.maximumLifeSeconds must be a whole number', [{ ...issuerRule, maximumLifeSeconds: 0 }]],
    ['JWT_RULES: 0.maximumAgeSeconds must be a number', [{ ...issuerRule, maximumAgeSeconds: '1h' }]],
    ['JWT_RULES: 0.requiredClaims must be an object', [{ ...issuerRule, requiredClaims: [] }]],
    [
      'JWT_RULES: 0.requiredClaims must have one or more accepted values of "a"',
      [{ ...issuerRule, requiredClaims: { a: [''] } }],
    ],
    ['JWT_RULES: 0.requiredClaims must not have aud', [{ ...issuerRule, requiredClaims: { aud: ['b'] } }]],
    ['JWT_RULES: The issuer "https://a.example" is there twice', [issuerRule, issuerRule]],
    ['JWT_RULES: With several issuers, each needs its name', [issuerRule, { ...issuerRule, issuers: [] }]],
  ])('of tokens says what makes no sense: %s', (message, rules) => {
    withIssuers(...rules);
    expect(tokenConfig).toThrow(message);
  });

  it('of tokens has a secret or the URL of keys, and not both', () => {
    vi.stubEnv('JWT_RULES', JSON.stringify([issuerRule]));
    expect(tokenConfig).toThrow('Set exactly one of JWT_SECRET and jwksUrl in JWT_RULES; both are set.');
    vi.stubEnv('JWT_RULES', JSON.stringify([rule, rule]));
    expect(tokenConfig).toThrow('With several issuers, each needs its name and the URL of its keys.');
    vi.stubEnv('JWT_RULES', JSON.stringify([{ ...rule, algorithms: ['HS256', 'RS256'] }]));
    expect(tokenConfig).toThrow('JWT_RULES: 0.algorithms.1 ');
  });

  it('of sockets has its lifetime in milliseconds', () => {
    expect(connectConfig()).toEqual({
      allowedOrigins: ['https://app.example.com', 'http://localhost:*'],
      minimumLifetimeMs: 900_000,
    });
  });

  it('of deliveries has the address family as a number', () => {
    expect(gatewayConfig()).toEqual({ endpoint: environment.CONNECTIONS_ENDPOINT, addressFamily: 6 });
    expect(registryConfig()).toEqual({ tableName: 'connections' });
  });

  it('of the tick and of events has the names of their tables and of the bus', () => {
    expect(dueTimesConfig()).toEqual({ tableName: 'due-times' });
    expect(eventTableConfig()).toEqual({ tableName: 'events' });
    expect(eventBusConfig()).toEqual({ busName: 'bus', region: 'eu-central-1', endpoint: undefined });
  });

  it('of creating has the limit as a number', () => {
    expect(createScopeConfig()).toBe('belfry/notifications:create');
    expect(rateConfig()).toEqual({ tableName: 'rates', perMinute: 600 });
  });

  it('of the policy is in the file beside the code', () => {
    const policy = { scopes: ['admin'], types: { payout: { sources: ['payments'] } }, strictTypes: true };
    vi.stubEnv('LAMBDA_TASK_ROOT', codeFolder(JSON.stringify(policy)));
    expect(policyConfig()).toEqual(policy);
  });

  it.each([
    ['missing', undefined, 'cannot be read'],
    ['cut off', '{"scopes":["ad', 'is not JSON'],
    ['null', 'null', 'must have scopes, types and strictTypes'],
    [
      'of another form',
      '{"scopes":[],"types":[],"strictTypes":false}',
      'must have scopes, types and strictTypes',
    ],
  ])('of the policy says that the file is %s', (_, text, fault) => {
    const folder = codeFolder(text);
    vi.stubEnv('LAMBDA_TASK_ROOT', folder);
    expect(policyConfig).toThrow(
      `The policy ${folder}/policy.json ${fault}. Deploy the function with the construct of lib/, which writes it.`,
    );
  });

  it('of the migration has the scopes that move to no scope', () => {
    expect(movedScopesConfig()).toEqual(['organizer', 'guest']);
  });

  it.each(['', 'create notifications'])('of creating says that the scope is no scope: %j', (scope) => {
    vi.stubEnv('CREATE_SCOPE', scope);
    expect(createScopeConfig).toThrow('CREATE_SCOPE must be one scope without white space');
  });

  it('has what Lambda sets', () => {
    expect(awsCredentials()).toEqual({
      accessKeyId: 'ASIA',
      secretAccessKey: 'key',
      sessionToken: 'session',
    });
    expect(awsConfig()).toEqual({ region: 'eu-central-1', credentials: awsCredentials() });
    expect(migrationsFolder()).toBe('/var/task/migrations');
  });

  it.each([
    ['on AWS the SDK finds it', {}, undefined],
    ['an emulator names one endpoint', { AWS_ENDPOINT_URL: 'http://a.test' }, 'http://a.test'],
    [
      'one of its own comes first',
      { AWS_ENDPOINT_URL: 'http://a.test', AWS_ENDPOINT_URL_DYNAMODB: 'http://b.test' },
      'http://b.test',
    ],
  ])('has the endpoint of DynamoDB: %s', (_, variables, expected) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(dynamoDbEndpoint()).toBe(expected);
  });

  it('has the endpoint of EventBridge likewise', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://a.test');
    expect(eventBusConfig().endpoint).toBe('http://a.test');
    vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', 'http://b.test');
    expect(eventBusConfig().endpoint).toBe('http://b.test');
  });

  it.each([
    ['DATABASE_HOST', databaseConfig],
    ['DATABASE_PORT', databaseConfig],
    ['DATABASE_NAME', databaseConfig],
    ['DATABASE_USER', databaseConfig],
    ['JWT_SECRET', tokenConfig],
    ['JWT_RULES', tokenConfig],
    ['CREATE_SCOPE', createScopeConfig],
    ['CONNECTIONS_TABLE_NAME', registryConfig],
    ['CONNECTIONS_ENDPOINT', gatewayConfig],
    ['CONNECTIONS_ADDRESS_FAMILY', gatewayConfig],
    ['ALLOWED_ORIGINS', connectConfig],
    ['CONNECTION_MINIMUM_LIFETIME_MINUTES', connectConfig],
    ['MOVED_SCOPES', movedScopesConfig],
    ['RATE_TABLE_NAME', rateConfig],
    ['DUE_TIMES_TABLE_NAME', dueTimesConfig],
    ['EVENTS_TABLE_NAME', eventTableConfig],
    ['EVENT_BUS_NAME', eventBusConfig],
    ['CREATES_PER_MINUTE', rateConfig],
    ['AWS_SESSION_TOKEN', awsCredentials],
    ['LAMBDA_TASK_ROOT', migrationsFolder],
    ['LAMBDA_TASK_ROOT', rdsCertificatesFile],
    ['LAMBDA_TASK_ROOT', policyConfig],
  ])('names the missing variable %s', (name, read) => {
    vi.stubEnv(name, undefined);
    expect(read).toThrow(`The environment variable ${name} is missing`);
  });
});
