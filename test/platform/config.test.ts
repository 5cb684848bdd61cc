import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  awsCredentials,
  connectConfig,
  createScopeConfig,
  databaseConfig,
  gatewayConfig,
  installationConfig,
  migrationsFolder,
  pushConfig,
  rateConfig,
  registryConfig,
  restrictedTypesConfig,
  retentionConfig,
  roleConfig,
} from '../../functions/platform/config.ts';
import { tokenConfig } from '../../functions/platform/token-config.ts';

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
  JWT_ALGORITHMS: 'HS256',
  JWT_SECRET: 'secret',
  JWT_JWKS_URL: '',
  JWT_ISSUERS: 'https://a.example https://b.example',
  JWT_AUDIENCES: '',
  JWT_REQUIRED_CLAIMS: '{}',
  JWT_USER_ID_CLAIM: 'sub',
  JWT_USER_ID_NAMESPACE: '',
  JWT_SCOPE_CLAIMS: 'scope',
  JWT_MAXIMUM_LIFE_SECONDS: '',
  JWT_MAXIMUM_AGE_SECONDS: '',
  CONNECTIONS_TABLE_NAME: 'connections',
  CONNECTIONS_ENDPOINT: 'https://abc.execute-api.eu-central-1.amazonaws.com/live',
  CONNECTIONS_ADDRESS_FAMILY: '6',
  ALLOWED_ORIGINS: 'https://app.example.com http://localhost:*',
  CONNECTION_MINIMUM_LIFETIME_MINUTES: '15',
  CREATE_SCOPE: 'belfry/notifications:create',
  RESTRICTED_TYPES: '{"payout":["payments"]}',
  RATE_TABLE_NAME: 'rates',
  CREATES_PER_MINUTE: '600',
  ARCHIVE_AFTER_DAYS: '180',
  DELETE_AFTER_DAYS: '',
};

beforeEach(() => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

function withIssuer(jwksUrl: string): void {
  vi.stubEnv('JWT_SECRET', '');
  vi.stubEnv('JWT_JWKS_URL', jwksUrl);
  vi.stubEnv('JWT_ALGORITHMS', 'RS256 EdDSA');
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

  it('of tokens has lists of words, empty if nothing is to be checked', () => {
    expect(tokenConfig()).toEqual({
      algorithms: ['HS256'],
      secret: 'secret',
      issuers: ['https://a.example', 'https://b.example'],
      audiences: [],
      requiredClaims: {},
      userIdClaim: 'sub',
      userIdNamespace: undefined,
      scopeClaims: ['scope'],
      maximumLifeMs: undefined,
      maximumAgeMs: undefined,
    });
  });

  it('of tokens may name an issuer instead of a secret, and how it names users', () => {
    withIssuer('https://id.example.com/jwks.json');
    vi.stubEnv('JWT_USER_ID_CLAIM', 'user');
    vi.stubEnv('JWT_USER_ID_NAMESPACE', '6BA7B810-9DAD-11D1-80B4-00C04FD430C8');
    vi.stubEnv('JWT_REQUIRED_CLAIMS', '{"token_use":["access"]}');
    vi.stubEnv('JWT_SCOPE_CLAIMS', 'scp realm_access.roles');
    vi.stubEnv('JWT_MAXIMUM_LIFE_SECONDS', '3600');
    vi.stubEnv('JWT_MAXIMUM_AGE_SECONDS', '900');
    expect(tokenConfig()).toEqual({
      algorithms: ['RS256', 'EdDSA'],
      jwksUrl: 'https://id.example.com/jwks.json',
      issuers: ['https://a.example', 'https://b.example'],
      audiences: [],
      requiredClaims: { token_use: ['access'] },
      userIdClaim: 'user',
      userIdNamespace: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
      scopeClaims: ['scp', 'realm_access.roles'],
      maximumLifeMs: 3_600_000,
      maximumAgeMs: 900_000,
    });
  });

  it.each(['http://localhost:4000/jwks', 'http://127.0.0.1/jwks', 'http://[::1]:4000/jwks'])(
    'of tokens may name an issuer on this machine: %s',
    (url) => {
      withIssuer(url);
      expect(tokenConfig()).toMatchObject({ jwksUrl: url });
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
  ])('of tokens names no issuer by an address that others can speak for: %s', (url) => {
    withIssuer(url);
    expect(tokenConfig).toThrow('JWT_JWKS_URL must be an https URL');
  });

  it.each([
    [
      { JWT_JWKS_URL: 'https://id.example.com' },
      'Set exactly one of JWT_SECRET and JWT_JWKS_URL, and leave the other empty; both are set.',
    ],
    [
      { JWT_SECRET: '' },
      'Set exactly one of JWT_SECRET and JWT_JWKS_URL, and leave the other empty; both are empty.',
    ],
    [{ JWT_ALGORITHMS: '' }, 'JWT_ALGORITHMS must be one or more of HS256; it is "".'],
    [{ JWT_ALGORITHMS: 'HS256 RS256' }, 'JWT_ALGORITHMS must be one or more of HS256; it is "HS256 RS256".'],
    [{ JWT_ALGORITHMS: 'none' }, 'JWT_ALGORITHMS must be one or more of HS256; it is "none".'],
    [
      { JWT_SECRET: '', JWT_JWKS_URL: 'https://id.example.com' },
      'JWT_ALGORITHMS must be one or more of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519; it is "HS256".',
    ],
    [{ JWT_USER_ID_CLAIM: '' }, 'JWT_USER_ID_CLAIM is empty'],
    [{ JWT_SCOPE_CLAIMS: ' ' }, 'JWT_SCOPE_CLAIMS is empty'],
    [
      { JWT_REQUIRED_CLAIMS: '' },
      'JWT_REQUIRED_CLAIMS must be an object with the accepted values of each claim',
    ],
    [{ JWT_REQUIRED_CLAIMS: '{' }, 'JWT_REQUIRED_CLAIMS must be an object'],
    [{ JWT_REQUIRED_CLAIMS: '[]' }, 'JWT_REQUIRED_CLAIMS must be an object'],
    [
      { JWT_REQUIRED_CLAIMS: '{"a":"b"}' },
      'JWT_REQUIRED_CLAIMS must have one or more accepted values of "a"',
    ],
    [
      { JWT_REQUIRED_CLAIMS: '{"a":[""]}' },
      'JWT_REQUIRED_CLAIMS must have one or more accepted values of "a"',
    ],
    [{ JWT_REQUIRED_CLAIMS: '{"aud":["b"]}' }, 'JWT_REQUIRED_CLAIMS must not have aud'],
    [
      { JWT_MAXIMUM_LIFE_SECONDS: '0' },
      'JWT_MAXIMUM_LIFE_SECONDS must be a whole number of seconds from 1, or empty; it is "0".',
    ],
    [{ JWT_MAXIMUM_AGE_SECONDS: '1h' }, 'JWT_MAXIMUM_AGE_SECONDS must be a whole number of seconds'],
    [{ JWT_USER_ID_NAMESPACE: 'ours' }, 'JWT_USER_ID_NAMESPACE must be a UUID or empty; it is "ours".'],
  ])('of tokens says what makes no sense: %j', (changes, message) => {
    for (const [name, value] of Object.entries(changes)) vi.stubEnv(name, value);
    expect(tokenConfig).toThrow(message);
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

  it('of creating has the sources of restricted types, and the limit as a number', () => {
    expect(restrictedTypesConfig()).toEqual({ payout: ['payments'] });
    expect(createScopeConfig()).toBe('belfry/notifications:create');
    expect(rateConfig()).toEqual({ tableName: 'rates', perMinute: 600 });
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
    expect(migrationsFolder()).toBe('/var/task/migrations');
  });

  it.each([
    ['DATABASE_HOST', databaseConfig],
    ['DATABASE_PORT', databaseConfig],
    ['DATABASE_NAME', databaseConfig],
    ['DATABASE_USER', databaseConfig],
    ['JWT_SECRET', tokenConfig],
    ['JWT_ALGORITHMS', tokenConfig],
    ['JWT_JWKS_URL', tokenConfig],
    ['JWT_USER_ID_CLAIM', tokenConfig],
    ['JWT_USER_ID_NAMESPACE', tokenConfig],
    ['JWT_ISSUERS', tokenConfig],
    ['JWT_AUDIENCES', tokenConfig],
    ['JWT_REQUIRED_CLAIMS', tokenConfig],
    ['JWT_SCOPE_CLAIMS', tokenConfig],
    ['JWT_MAXIMUM_LIFE_SECONDS', tokenConfig],
    ['JWT_MAXIMUM_AGE_SECONDS', tokenConfig],
    ['CREATE_SCOPE', createScopeConfig],
    ['CONNECTIONS_TABLE_NAME', registryConfig],
    ['CONNECTIONS_ENDPOINT', gatewayConfig],
    ['CONNECTIONS_ADDRESS_FAMILY', gatewayConfig],
    ['ALLOWED_ORIGINS', connectConfig],
    ['CONNECTION_MINIMUM_LIFETIME_MINUTES', connectConfig],
    ['RESTRICTED_TYPES', restrictedTypesConfig],
    ['RATE_TABLE_NAME', rateConfig],
    ['CREATES_PER_MINUTE', rateConfig],
    ['AWS_SESSION_TOKEN', awsCredentials],
    ['LAMBDA_TASK_ROOT', migrationsFolder],
  ])('names the missing variable %s', (name, read) => {
    vi.stubEnv(name, undefined);
    expect(read).toThrow(`The environment variable ${name} is missing`);
  });
});
