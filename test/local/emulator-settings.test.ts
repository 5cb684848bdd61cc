import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../../local/database/postgres.ts';
import { findDatabase, findEmulator, numericEndpoint } from '../../local/emulator/settings.ts';
import { closeServer, listen } from '../../local/http-server.ts';

describe('AWS_ENDPOINT_URL', () => {
  it.each([
    ['is missing', {}, /^AWS_ENDPOINT_URL is missing: .*http:\/\/127\.0\.0\.1:4566/],
    ['is no URL', { AWS_ENDPOINT_URL: 'localhost' }, /must be an http or https URL .*; it is "localhost"/],
    ['has another scheme', { AWS_ENDPOINT_URL: 'ftp://localhost:4566' }, /must be an http or https URL/],
    ['has a path', { AWS_ENDPOINT_URL: 'http://localhost:4566/v1' }, /of a host and a port alone/],
    [
      'is AWS itself',
      { AWS_ENDPOINT_URL: 'https://sqs.eu-west-1.amazonaws.com' },
      /points at AWS itself .* npm run deploy/,
    ],
  ])('is refused if it %s', async (_, env, message) => {
    await expect(findEmulator(env)).rejects.toThrow(message);
  });

  it('is refused if nothing answers', async () => {
    const endpoint = await withServer(
      () => {},
      async (url) => url,
    );
    await expect(findEmulator({ AWS_ENDPOINT_URL: endpoint })).rejects.toThrow(
      new RegExp(
        `^Nothing answers at AWS_ENDPOINT_URL ${endpoint} \\(.*ECONNREFUSED.*\\)\\. Start the emulator`,
      ),
    );
  });

  it('is refused if something else answers', async () => {
    const website: RequestListener = (_, response) => response.end('<html>');
    await withServer(website, async (url) => {
      await expect(findEmulator({ AWS_ENDPOINT_URL: url })).rejects.toThrow(
        /neither MiniStack nor LocalStack/,
      );
    });
  });

  it('is an emulator with the region and the credentials of the environment, or some', async () => {
    const health: RequestListener = (_, response) => response.end('{"services":{"lambda":"available"}}');
    await withServer(health, async (endpoint) => {
      expect(await findEmulator({ AWS_ENDPOINT_URL: `${endpoint}/` })).toEqual({
        endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      });
      const env = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'x' };
      expect(await findEmulator({ AWS_ENDPOINT_URL: endpoint, ...env })).toMatchObject({
        region: 'eu-west-1',
        credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' },
      });
    });
  });

  it('is the number of its address for S3, whose clients would put a bucket before a name', async () => {
    expect(await numericEndpoint('http://localhost:4566')).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):4566$/);
    expect(await numericEndpoint('https://emulator.example')).toBe('https://emulator.example');
  });
});

describe('DATABASE_URL', () => {
  let directory: string;
  let postgres: Postgres;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'belfry-settings-'));
    const dataDirectory = join(directory, 'data');
    const owner = { superuser: 'owner', password: 'owner' };
    postgres = await startPostgres({ dataDirectory, port: 0, ...owner, durable: false });
  });
  afterAll(async () => {
    await postgres?.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const refusal = (DATABASE_URL: string) => expect(findDatabase({ DATABASE_URL })).rejects;

  it('is taken as the owner of a database, and says how it is encrypted', async () => {
    const DATABASE_URL = postgres.url();
    expect(await findDatabase({ DATABASE_URL })).toBe(`${DATABASE_URL}?sslmode=disable`);
  });

  it.each([
    ['it is missing', '', /^DATABASE_URL is missing/],
    ['it is no URL', 'belfry', /must name user, host and database, .*; it is no URL/],
    ['it has another scheme', 'mysql://me:secret@db.example/belfry', /it begins with mysql:\/\/db\.example/],
    ['it names no user', 'postgres://db.example/belfry', /must name user, host and database/],
  ])('is refused where %s', async (_, url, message) => {
    await refusal(url).toThrow(message);
    await refusal(url).not.toThrow('secret');
  });

  it('is refused if no server listens, the password is wrong or the server has no TLS', async () => {
    await refusal('postgres://owner:secret@127.0.0.1:1/belfry').toThrow(
      /owner at 127\.0\.0\.1:1\/belfry.*ECONNREFUSED/,
    );
    const wrong = postgres.url().replace(/:[^:@/]+@/, ':secret@');
    await refusal(wrong).toThrow(/password authentication failed.* correct the variable/);
    await refusal(`${postgres.url()}?sslmode=require`).toThrow(/SSL.*\?sslmode=disable/);
  });

  it('is refused for a server older than PostgreSQL 15', async () => {
    // A server of today in an old one's clothes: what this role finds first tells an older version.
    await asOwner(`
      CREATE SCHEMA old;
      CREATE FUNCTION old.current_setting(name text) RETURNS text LANGUAGE sql
        AS $$ SELECT CASE name WHEN 'server_version' THEN '14.9' ELSE '140009' END $$;
      CREATE ROLE old SUPERUSER LOGIN PASSWORD 'old';
      ALTER ROLE old SET search_path = old, pg_catalog`);
    const url = postgres.url().replace(/\/\/[^@]+@/, '//old:old@');
    await refusal(url).toThrow(/is PostgreSQL 14\.9; Belfry needs 15 or newer/);
  });

  it('is refused for a user without the rights that the migration needs', async () => {
    await asOwner("CREATE ROLE guest LOGIN PASSWORD 'guest'");
    const url = postgres.url().replace(/\/\/[^@]+@/, '//guest:guest@');
    await refusal(url).toThrow(/may not create .* Use the owner/);
  });

  async function asOwner(text: string): Promise<void> {
    const session = new pg.Client({ connectionString: postgres.url() });
    await session.connect();
    await session.query(text);
    await session.end();
  }
});

async function withServer<Result>(
  listener: RequestListener,
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  const server = createServer(listener);
  const port = await listen(server, 0);
  try {
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    await closeServer(server);
  }
}
