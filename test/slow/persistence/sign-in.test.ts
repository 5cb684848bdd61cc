import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Unavailable } from '../../../functions/core/errors.ts';
import { createDatabase } from '../../../functions/persistence/database.ts';
import { type MigrateOptions, migrate } from '../../../functions/persistence/migrate.ts';
import { createIam, type Iam } from '../../../local/aws/iam.ts';
import { systemClock } from '../../../local/clock.ts';
import { type Certificate, createCertificate } from '../../../local/database/certificate.ts';
import { type Postgres, startPostgres } from '../../../local/database/postgres.ts';
import { createRds, type Rds } from '../../../local/database/rds.ts';
import type { ReportEntry } from '../../../local/report.ts';
import { migrateOptions, migrationsFolder, runAsOwner } from '../../support/database.ts';
import { patience } from '../../support/patience.ts';

const master = { user: 'owner', password: 'a password', database: 'belfry' };
const instance = { resourceId: 'db-ABCDEFGHIJKL', region: 'us-east-1', account: '000000000000' };
const users = { reader: 'app_reader', writer: 'app_writer', purger: 'app_purger' };
const roleArn = 'arn:aws:iam::000000000000:role/function';

// A PostgreSQL of its own, because `rds_iam` would belong to the databases of all other tests too.
describe('behind RDS', () => {
  let directory: string;
  let postgres: Postgres;
  let certificate: Certificate;
  let iam: Iam;
  let rds: Rds;
  const reports: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'belfry-test-'));
    postgres = await startPostgres({
      dataDirectory: join(directory, 'data'),
      port: 0,
      superuser: 'rdsadmin',
      password: 'x',
      durable: false,
    });
    certificate = await createCertificate({ directory });
    const report = ({ message }: ReportEntry) => void reports.push(message);
    iam = createIam({ report });
    const options = { postgres, iam, clock: systemClock, report, certificate, instance, master, port: 0 };
    rds = await createRds(options);
  });

  // The database is empty, and nobody may sign in as any user.
  beforeEach(async () => {
    await asAdmin(`DROP DATABASE IF EXISTS ${master.database} WITH (FORCE)`);
    await asAdmin(`DROP ROLE IF EXISTS ${Object.values(users).join(', ')}`);
    await asAdmin(`CREATE DATABASE ${master.database} OWNER ${master.user}`);
    iam.addRole({ arn: roleArn, name: 'function', statements: [] });
    reports.length = 0;
  });

  afterAll(async () => {
    await rds?.stop();
    await postgres?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const asAdmin = (statement: string) => runAsOwner(postgres.url(), statement);

  /** As the stack grants it: the user by its name, in this database. */
  const allow = (...names: string[]) => allowIn(instance.resourceId, ...names);

  const allowIn = (resourceId: string, ...names: string[]) =>
    iam.addStatements('function', [
      {
        Effect: 'Allow',
        Action: 'rds-db:connect',
        Resource: names.map((name) => `arn:aws:rds-db:us-east-1:000000000000:dbuser:${resourceId}/${name}`),
      },
    ]);

  async function migrateByTokens(changes: Partial<MigrateOptions> = {}): Promise<string> {
    const { host, port } = rds;
    const credentials = iam.credentialsFor(roleArn, 'function');
    const argument = {
      host,
      port,
      master,
      credentials,
      users,
      migrationsFolder,
      signInPatienceMs: 0,
      ...changes,
    };
    const script = fileURLToPath(new URL('sign-in.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(argument)], {
      env: { NODE_EXTRA_CA_CERTS: certificate.caFile },
    });
    return stdout.trim();
  }
  const everyUser = Object.values(users).join('\n');

  it('an owner without superuser rights migrates, and the users sign in with tokens over verified TLS', async () => {
    allow(...Object.values(users));
    expect(await migrateByTokens()).toBe(everyUser);
    expect(await migrateByTokens()).toBe(everyUser);
  });

  it('nobody else can connect to the database', async () => {
    allow(...Object.values(users));
    await migrateByTokens();
    await asAdmin("CREATE ROLE visitor LOGIN PASSWORD 'visitor'");
    const url = Object.assign(new URL(postgres.url('visitor', master.database)), {
      password: 'visitor',
    }).href;
    await expect(runAsOwner(url, 'SELECT')).rejects.toThrow('permission denied for database');
    await asAdmin('DROP ROLE visitor');
  });

  it('a user whose token is refused is named, and what to check, and the others are not', async () => {
    allow(users.reader, users.writer);
    const failure = await migrateByTokens();
    expect(failure).toMatch(
      /^Error: The schema is up to date, but app_purger \(purger\) cannot sign in with an IAM token: PAM authentication failed for user "app_purger"\. Check that IAM database authentication is on, .* rds-db:connect for the user app_purger\. If the database is restored .*databaseResourceIds\)\. Then run again\.$/,
    );
  });

  it('a database that is restored refuses them until its own resource id is granted', async () => {
    allowIn('db-BEFORE', ...Object.values(users));
    expect(await migrateByTokens()).toContain('deploy with its resource id (databaseResourceIds)');
    allow(...Object.values(users));
    expect(await migrateByTokens()).toBe(everyUser);
  });

  it('a refused token is tried again, because a new policy takes a while to reach every service', async () => {
    const migration = migrateByTokens({ signInPatienceMs: 30_000 });
    await vi.waitFor(() => expect(reports.join()).toContain('"app_reader" was refused'), patience);
    allow(...Object.values(users));
    expect(await migration).toBe(everyUser);
  });

  it('an owner from whom RDS takes only tokens signs in with one', async () => {
    allow(...Object.values(users));
    await asAdmin(`GRANT rds_iam TO ${master.user} WITH INHERIT TRUE`);
    expect(await migrateByTokens()).toMatch(
      /^Error: Cannot connect to the database .*PAM authentication failed for user "owner"\. Nothing was migrated\. .*REVOKE rds_iam from the owner/,
    );
    allow(master.user);
    expect(await migrateByTokens()).toBe(everyUser);
    await asAdmin(`GRANT rds_iam TO ${master.user} WITH INHERIT FALSE`);
  });

  it('a server whose certificate no known authority has signed is refused', async () => {
    const { host, port } = rds;
    const auth = { kind: 'password', password: master.password } as const;
    const { user, database: name } = master;
    const connections = [
      { host, port, database: name, user, auth, tls: true },
      {
        connectionString: `postgres://${user}:${encodeURIComponent(master.password)}@${host}:${port}/${name}?sslmode=require`,
      },
    ];
    for (const connection of connections) {
      const failure = await createDatabase(connection)
        .execute(sql`SELECT 1`)
        .catch((error) => error);
      expect(failure).toBeInstanceOf(Unavailable);
      expect(failure.cause).toMatchObject({ code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY/) });
      await expect(migrate(connection, migrateOptions(postgres.url(), 'any'))).rejects.toThrow(
        /^Cannot connect to the database at .+\. Nothing was migrated\. The database answered, but its certificate is not trusted\. Trusted authorities: /,
      );
    }
  });
});
