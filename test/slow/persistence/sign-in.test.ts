import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../functions/core/errors.ts';
import { createDatabase } from '../../../functions/persistence/database.ts';
import { migrate } from '../../../functions/persistence/migrate.ts';
import { createIam, type Iam } from '../../../local/aws/iam.ts';
import { systemClock } from '../../../local/clock.ts';
import { type Certificate, createCertificate } from '../../../local/database/certificate.ts';
import { type Postgres, startPostgres } from '../../../local/database/postgres.ts';
import { createRds, type Rds } from '../../../local/database/rds.ts';
import { migrationsFolder } from '../../support/database.ts';

const master = { user: 'owner', password: 'a password', database: 'belfry' };
const instance = { resourceId: 'db-ABCDEFGHIJKL', region: 'us-east-1', account: '000000000000' };
const roles = ['belfry_reader', 'belfry_writer', 'belfry_purger'];
const roleArn = 'arn:aws:iam::000000000000:role/function';

// A PostgreSQL of its own, because `rds_iam` would belong to the databases of all other tests too.
describe('behind RDS', () => {
  let directory: string;
  let postgres: Postgres;
  let certificate: Certificate;
  let iam: Iam;
  let rds: Rds;

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
    const report = () => {};
    iam = createIam({ report });
    rds = await createRds({
      postgres,
      iam,
      clock: systemClock,
      report,
      certificate,
      instance,
      master,
      port: 0,
    });
    const mayConnect = {
      Effect: 'Allow',
      Action: 'rds-db:connect',
      // As the stack grants it: the role by its name, in whichever database.
      Resource: roles.map((role) => `arn:aws:rds-db:us-east-1:000000000000:dbuser:*/${role}`),
    };
    iam.addRole({ arn: roleArn, name: 'function', statements: [mayConnect] });
  });

  afterAll(async () => {
    await rds?.stop();
    await postgres?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('an owner without superuser rights migrates, and the roles sign in with tokens over verified TLS', async () => {
    const argument = {
      host: rds.host,
      port: rds.port,
      master,
      credentials: iam.credentialsFor(roleArn, 'function'),
      migrationsFolder,
    };
    const script = fileURLToPath(new URL('sign-in.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(argument)], {
      env: { NODE_EXTRA_CA_CERTS: certificate.caFile },
    });
    expect(stdout).toBe(roles.map((role) => `[ { current_user: '${role}' } ]\n`).join(''));
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
      await expect(migrate(connection, { migrationsFolder })).rejects.toThrow(
        /^Cannot connect to the database at .+\. Nothing was migrated\. The database answered, but its certificate is not trusted\. Trusted authorities: /,
      );
    }
  });
});
