import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  awsCredentials,
  connectConfig,
  databaseConfig,
  gatewayConfig,
  migrationsFolder,
  rateConfig,
  registryConfig,
  restrictedTypesConfig,
  tokenConfig,
} from '../../functions/platform/config.ts';

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
  JWT_ISSUERS: 'https://a.example https://b.example',
  JWT_AUDIENCES: '',
  CONNECTIONS_TABLE_NAME: 'connections',
  CONNECTIONS_ENDPOINT: 'https://abc.execute-api.eu-central-1.amazonaws.com/live',
  CONNECTIONS_ADDRESS_FAMILY: '6',
  ALLOWED_ORIGINS: 'https://app.example.com http://localhost:*',
  CONNECTION_MINIMUM_LIFETIME_MINUTES: '15',
  RESTRICTED_TYPES: '{"payout":["payments"]}',
  RATE_TABLE_NAME: 'rates',
  CREATES_PER_MINUTE: '600',
};

beforeEach(() => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

describe('The configuration', () => {
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

  it('of the database signs in with the password where there is one', () => {
    vi.stubEnv('DATABASE_PASSWORD', 'owner');
    expect(databaseConfig()).toMatchObject({ auth: { kind: 'password', password: 'owner' }, tls: true });
  });

  it('of tokens has lists of words, empty where nothing is to be checked', () => {
    expect(tokenConfig()).toEqual({
      algorithm: 'HS256',
      secret: 'secret',
      issuers: ['https://a.example', 'https://b.example'],
      audiences: [],
    });
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
    expect(rateConfig()).toEqual({ tableName: 'rates', perMinute: 600 });
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
    ['JWT_ISSUERS', tokenConfig],
    ['JWT_AUDIENCES', tokenConfig],
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
