import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Signer } from '@aws-sdk/rds-signer';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createIam } from '../../local/aws/iam.ts';
import { systemClock } from '../../local/clock.ts';
import { type Certificate, createCertificate } from '../../local/database/certificate.ts';
import { type Postgres, startPostgres } from '../../local/database/postgres.ts';
import { readyForQueryListener } from '../../local/database/postgres-wire.ts';
import { createRds, type Rds } from '../../local/database/rds.ts';
import { patience } from '../support/patience.ts';
import { keepReport } from './keep-report.ts';

const region = 'us-east-1';
const account = '000000000000';
const instance = { resourceId: 'db-ABCDEFGHIJKL', region, account };
const master = { user: 'belfry', password: 'owner’s secret', database: 'belfry' };
const roleArn = `arn:aws:iam::${account}:role/reader`;

const { entries, report, expectDenial } = keepReport();
const roundTrips: { user: string; functionName?: string }[] = [];
const iam = createIam({ report });
const refusal = { code: '28000', message: 'PAM authentication failed for user "app"' };

let directory: string;
let postgres: Postgres;
let certificate: Certificate;
let ca: string;
let rds: Rds;
let elapsedMs = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-test-'));
  const dataDirectory = join(directory, 'data');
  postgres = await startPostgres({
    dataDirectory,
    port: 0,
    superuser: 'rdsadmin',
    password: 'x',
    durable: false,
  });
  certificate = await createCertificate({ directory: join(directory, 'certificate') });
  ca = await readFile(certificate.caFile, 'utf8');
  const clock = { ...systemClock, now: () => Date.now() + elapsedMs };
  const onRoundTrip = (session: { user: string; functionName?: string }) => roundTrips.push(session);
  rds = await createRds({
    postgres,
    iam,
    clock,
    report,
    certificate,
    instance,
    master,
    port: 0,
    onRoundTrip,
  });

  iam.addRole({
    arn: roleArn,
    name: 'reader',
    statements: [connectStatement('app'), connectStatement('ghost')],
  });
  iam.addRole({ arn: `${roleArn}-without-grant`, name: 'reader-without-grant', statements: [] });
  await asMaster('CREATE ROLE app LOGIN CONNECTION LIMIT 8');
  await asMaster('GRANT rds_iam TO app');
});

afterAll(async () => {
  await rds?.stop();
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

beforeEach(() => {
  elapsedMs = 0;
  entries.length = 0;
  roundTrips.length = 0;
});

function connectStatement(user: string) {
  const Resource = `arn:aws:rds-db:${region}:${account}:dbuser:${instance.resourceId}/${user}`;
  return { Effect: 'Allow', Action: 'rds-db:connect', Resource };
}

function clientOf(options: pg.ClientConfig): pg.Client {
  const { host, port } = rds;
  const client = new pg.Client({ host, port, database: 'belfry', ssl: { ca }, ...options });
  client.on('error', () => {});
  return client;
}

async function query(options: pg.ClientConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = clientOf(options);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function asMaster(sql: string): Promise<Record<string, unknown>[]> {
  return query({ user: master.user, password: master.password }, sql);
}

/** A token as the AWS SDK makes it, for the function `read-notifications` unless told otherwise. */
function tokenOf(
  changes: { role?: string; port?: number; hostname?: string; username?: string; region?: string } = {},
) {
  const { role = roleArn, ...target } = changes;
  const credentials = iam.credentialsFor(role, 'read-notifications');
  const signer = new Signer({
    hostname: rds.host,
    port: rds.port,
    username: 'app',
    region,
    credentials,
    ...target,
  });
  return signer.getAuthToken();
}

async function signIn(password: string): Promise<Record<string, unknown>[]> {
  return query({ user: 'app', password }, 'SELECT current_user::text AS user');
}

async function rawConnection(): Promise<Socket> {
  const socket = connect(rds.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

describe('encryption, as rds.force_ssl demands it', () => {
  it('is TLS with a certificate that its authority vouches for, for localhost', async () => {
    expect(await asMaster('SELECT current_user::text AS user')).toEqual([{ user: 'belfry' }]);
    const stranger = query({ user: 'belfry', password: 'x', ssl: true }, 'SELECT 1');
    await expect(stranger).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_VERIFY|SELF_SIGNED/),
    });
  });

  it('is not optional', async () => {
    const plain = query({ user: 'belfry', password: master.password, ssl: false }, 'SELECT 1');
    await expect(plain).rejects.toMatchObject({
      code: '28000',
      message: 'no pg_hba.conf entry for host "127.0.0.1", user "belfry", database "belfry", no encryption',
    });
  });

  it('declines GSSAPI, after which a client may ask for TLS', async () => {
    const socket = await rawConnection();
    socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 48]));
    expect(String((await once(socket, 'data'))[0])).toBe('N');
    socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    expect(String((await once(socket, 'data'))[0])).toBe('S');
    socket.destroy();
  });

  it('cuts a client that does not speak the protocol', async () => {
    const socket = await rawConnection();
    socket.resume().write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    expect(entries).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('startup packet') }),
    );
  });
});

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
describe('a user with the role rds_iam', () => {
  it('signs in with a token of the AWS SDK', async () => {
    expect(await signIn(await tokenOf())).toEqual([{ user: 'app' }]);
    const message = 'read-notifications connected as "app"';
    expect(entries).toEqual([{ source: 'postgres', level: 'debug', message }]);
  });

  it('keeps its session when the token has expired since', async () => {
    const client = clientOf({ user: 'app', password: await tokenOf() });
    await client.connect();
    elapsedMs = 3_600_000;
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it('is refused if the role of the function does not grant rds-db:connect, in AWS’s words', async () => {
    expectDenial('rds-db:connect');
    await expect(signIn(await tokenOf({ role: `${roleArn}-without-grant` }))).rejects.toMatchObject(refusal);
    const denied = `is not authorized to perform: rds-db:connect on resource: ${connectStatement('app').Resource}`;
    const message = expect.stringMatching(new RegExp(`^"app" was refused: .*${denied}`));
    expect(entries).toContainEqual({ source: 'postgres', level: 'error', message });
  });

  it('is refused after 15 minutes, and not before', async () => {
    const token = await tokenOf();
    elapsedMs = 880_000;
    await expect(signIn(token)).resolves.toHaveLength(1);
    elapsedMs = 900_000;
    await expect(signIn(token)).rejects.toMatchObject(refusal);
    expect(entries.at(-1)?.message).toContain('has expired');
  });

  it.each([
    ['a token of another user', () => tokenOf({ username: 'ghost' }), 'the token is for the user "ghost"'],
    ['a token for another host', () => tokenOf({ hostname: '127.0.0.1' }), 'the token is for 127.0.0.1:'],
    ['a token for another port', () => tokenOf({ port: 1 }), 'the token is for localhost:1,'],
    ['a token for another region', () => tokenOf({ region: 'eu-west-1' }), '/us-east-1/rds-db/aws4_request'],
    [
      'a changed token',
      async () => (await tokenOf()).replace('Expires=900', 'Expires=899'),
      'signature is wrong',
    ],
    [
      'a key that nobody has',
      async () => (await tokenOf()).replace(/ASIA\w+/, 'AKIANOBODY'),
      'AKIANOBODY is not one',
    ],
    ['a password', async () => 'owner', 'the password is not an RDS authentication token'],
  ])('is refused with %s', async (_what, makeToken, reason) => {
    const token = await makeToken();
    await expect(signIn(token)).rejects.toMatchObject(refusal);
    expect(entries.at(-1)).toMatchObject({ source: 'postgres', level: 'error' });
    expect(entries.at(-1)?.message).toContain(reason);
    expect(JSON.stringify(entries)).not.toContain('X-Amz-Signature=');
  });

  it('is refused with a password, even its own', async () => {
    await asMaster("CREATE ROLE late LOGIN PASSWORD 'own'");
    await expect(query({ user: 'late', password: 'own' }, 'SELECT 1')).resolves.toHaveLength(1);
    await asMaster('GRANT rds_iam TO late');
    await expect(query({ user: 'late', password: 'own' }, 'SELECT 1')).rejects.toMatchObject({
      code: '28000',
    });
  });

  it('is also one that inherits the role from another', async () => {
    await asMaster("CREATE ROLE heir LOGIN PASSWORD 'own'");
    await asMaster('GRANT app TO heir');
    await expect(query({ user: 'heir', password: 'own' }, 'SELECT 1')).rejects.toMatchObject({
      code: '28000',
    });
  });

  it('is also one that has the role without inheritance', async () => {
    await asMaster("CREATE ROLE aloof LOGIN PASSWORD 'own'");
    await asMaster('GRANT rds_iam TO aloof WITH INHERIT FALSE');
    await expect(query({ user: 'aloof', password: 'own' }, 'SELECT 1')).rejects.toMatchObject({
      code: '28000',
    });
  });

  it('keeps to its connection limit', async () => {
    await asMaster('ALTER ROLE app CONNECTION LIMIT 1');
    const client = clientOf({ user: 'app', password: await tokenOf() });
    await client.connect();
    await expect(signIn(await tokenOf())).rejects.toMatchObject({ code: '53300' });
    await client.end();
    await asMaster('ALTER ROLE app CONNECTION LIMIT 8');
  });
});

describe('the master user', () => {
  it('signs in with its password, also after it has made IAM users', async () => {
    await asMaster('CREATE ROLE another LOGIN');
    await asMaster('GRANT rds_iam TO another');
    await expect(asMaster('SELECT 1')).resolves.toHaveLength(1);
    const wrong = query({ user: 'belfry', password: 'wrong' }, 'SELECT 1');
    await expect(wrong).rejects.toMatchObject({ code: '28P01' });
  });

  it('is no superuser, owns its database, and may make roles and databases', async () => {
    const sql = `SELECT rolsuper, rolcreaterole, rolcreatedb, pg_get_userbyid(datdba) = rolname AS owner
      FROM pg_roles, pg_database WHERE rolname = 'belfry' AND datname = 'belfry'`;
    expect(await asMaster(sql)).toEqual([
      { rolsuper: false, rolcreaterole: true, rolcreatedb: true, owner: true },
    ]);
  });

  it('is left alone by a second start', async () => {
    const again = await createRds({
      postgres,
      iam,
      clock: systemClock,
      report,
      certificate,
      instance,
      master,
      port: 0,
    });
    await again.stop();
    await expect(asMaster('SELECT 1')).resolves.toHaveLength(1);
  });
});

describe('a session', () => {
  it('counts its round trips, each with its user and function, and not the one that opens it', async () => {
    const client = clientOf({ user: 'app', password: await tokenOf() });
    await client.connect();
    await client.query('SELECT 1');
    await expect(client.query('SELECT 2/0')).rejects.toThrow();
    await client.query('SELECT $1::text', ['three']);
    await client.query('SELECT 4; SELECT 4');
    await client.end();
    const session = { user: 'app', functionName: 'read-notifications' };
    expect(roundTrips).toEqual([session, session, session, session]);
  });

  it('carries large rows and parameters unchanged', async () => {
    const client = clientOf({ user: 'app', password: await tokenOf() });
    await client.connect();
    const large = 'Z\0\0\0\x05I'.replaceAll('\0', '·').repeat(500_000);
    const { rows } = await client.query('SELECT $1::text AS text FROM generate_series(1, 3)', [large]);
    await client.end();
    expect(rows.every(({ text }) => text === large)).toBe(true);
    expect(roundTrips).toHaveLength(1);
  });

  it('can be cancelled', async () => {
    const client = clientOf({ user: 'app', password: await tokenOf() });
    await client.connect();
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    const sleeping = client.query('SELECT pg_sleep(60)');
    const isCancelled = expect(sleeping).rejects.toMatchObject({ code: '57014' });
    const seen = `SELECT 1 FROM pg_stat_activity WHERE pid = ${rows[0]?.pid} AND wait_event = 'PgSleep'`;
    await expect.poll(() => query(postgresOptions(), seen)).toHaveLength(1);
    const cancel = await rawConnection();
    const { processID, secretKey } = Object(client) as { processID: number; secretKey: number };
    const request = Buffer.alloc(16);
    [16, 80877102, processID, secretKey].forEach((value, index) => {
      request.writeInt32BE(value, index * 4);
    });
    cancel.end(request);
    await isCancelled;
    await client.end();
  });

  it('ends in PostgreSQL when its client vanishes', async () => {
    const client = clientOf({ user: 'app', password: await tokenOf(), application_name: 'vanishing' });
    await client.connect();
    const sessions = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'vanishing'";
    expect(await query(postgresOptions(), sessions)).toHaveLength(1);
    Object(client).connection.stream.destroy();
    await vi.waitFor(async () => expect(await query(postgresOptions(), sessions)).toHaveLength(0), patience);
  });

  it('ends for its client when PostgreSQL ends it', async () => {
    const client = clientOf({ user: 'app', password: await tokenOf() });
    await client.connect();
    const ended = new Promise<void>((resolve) => client.on('end', resolve));
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    await query(postgresOptions(), `SELECT pg_terminate_backend(${rows[0]?.pid})`);
    await ended;
  });

  it('ends when the instance stops', async () => {
    const other = await createRds({
      postgres,
      iam,
      clock: systemClock,
      report,
      certificate,
      instance,
      port: 0,
    });
    const client = clientOf({ port: other.port, user: master.user, password: master.password });
    await client.connect();
    const ended = new Promise<void>((resolve) => client.on('end', resolve));
    await other.stop();
    await ended;
  });
});

function postgresOptions(): pg.ClientConfig {
  return { host: postgres.host, port: postgres.port, user: 'rdsadmin', password: 'x', ssl: false };
}

describe('an instance that cannot start', () => {
  it('names the port that is taken', async () => {
    const options = { postgres, iam, clock: systemClock, report, certificate, instance, port: rds.port };
    await expect(createRds(options)).rejects.toThrow(`Port ${rds.port} of 127.0.0.1 is in use`);
  });
});

describe('the listener for ReadyForQuery', () => {
  it('finds each one, wherever the stream is cut', () => {
    const row = Buffer.from('D\0\0\0\x0eZ\0\0\0\x05IZ\0\0\0', 'latin1');
    const ready = Buffer.from('Z\0\0\0\x05I', 'latin1');
    const stream = Buffer.concat([ready, row, ready, Buffer.from('1\0\0\0\x04', 'latin1'), ready]);
    for (let size = 1; size <= stream.length; size += 1) {
      let count = 0;
      const listener = readyForQueryListener(() => {
        count += 1;
      });
      for (let at = 0; at < stream.length; at += size) listener(stream.subarray(at, at + size));
      expect(count).toBe(3);
    }
  });
});

describe('the certificate', () => {
  it('is kept from one run to the next, its key readable by its owner alone', async () => {
    expect(await createCertificate({ directory: join(directory, 'certificate') })).toEqual(certificate);
    const { mode } = await stat(join(directory, 'certificate', 'server-key.pem'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('is made anew when less than 30 of its days are left, or when it is damaged', async () => {
    const kept = await createCertificate({ directory: join(directory, 'other') });
    const clock = { ...systemClock, now: () => Date.now() + 336 * 86_400_000 };
    const renewed = await createCertificate({ directory: join(directory, 'other'), clock });
    expect(renewed.cert).not.toBe(kept.cert);
    await writeFile(renewed.caFile, ca);
    const repaired = await createCertificate({ directory: join(directory, 'other'), clock });
    expect(repaired.cert).not.toBe(renewed.cert);
  });
});
