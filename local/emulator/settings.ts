import { lookup } from 'node:dns/promises';
import pg from 'pg';
import { isRecord, parseJson } from '../json.ts';
import { messageOf } from '../report.ts';

/** How the CDK and the AWS SDK reach an emulator of AWS. */
export interface Emulator {
  /** Without a path and a slash at its end, such as `http://127.0.0.1:4566`. */
  endpoint: string;
  /** `AWS_REGION`, or us-east-1. */
  region: string;
  /** From environment variables, or `test`, because emulators accept any. Never from a profile. */
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** The first major version of PostgreSQL that Belfry runs on. */
const oldestPostgres = 15;
const answerTimeoutMs = 5_000;

/**
 * The emulator that `AWS_ENDPOINT_URL` names. It is checked that an emulator answers there.
 * @throws Error that says what is wrong and what to do next
 */
export async function findEmulator(env: NodeJS.ProcessEnv): Promise<Emulator> {
  const endpoint = endpointFrom(env.AWS_ENDPOINT_URL);
  // MiniStack answers at LocalStack's address as well.
  const answer = await fetch(`${endpoint}/_localstack/health`, {
    signal: AbortSignal.timeout(answerTimeoutMs),
  }).catch((error: unknown) => {
    throw new Error(
      `Nothing answers at AWS_ENDPOINT_URL ${endpoint} (${causeOf(error)}). Start the emulator, or correct the variable.`,
    );
  });
  const health = parseJson(await answer.text());
  if (!answer.ok || !isRecord(health) || !isRecord(health.services)) {
    throw new Error(
      `What answers at AWS_ENDPOINT_URL ${endpoint} is neither MiniStack nor LocalStack: /_localstack/health says ${answer.status}. Point the variable at the emulator’s port.`,
    );
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  return {
    endpoint,
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1',
    credentials:
      accessKeyId && secretAccessKey
        ? { accessKeyId, secretAccessKey }
        : { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

function endpointFrom(text = ''): string {
  const example = 'AWS_ENDPOINT_URL=http://127.0.0.1:4566';
  if (text === '') {
    throw new Error(
      `AWS_ENDPOINT_URL is missing: where the emulator listens, for instance ${example}. docs/emulators.md says how to start one.`,
    );
  }
  const url = URL.parse(text);
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.username !== ''
  ) {
    throw new Error(
      `AWS_ENDPOINT_URL must be an http or https URL of a host and a port alone, such as ${example}; it is ${JSON.stringify(text)}.`,
    );
  }
  if (/\.(amazonaws\.com|aws|api\.aws)(\.cn)?$/.test(url.hostname)) {
    throw new Error(
      `AWS_ENDPOINT_URL points at AWS itself (${url.hostname}). This command is for emulators; deploy to AWS with npm run deploy.`,
    );
  }
  return url.origin;
}

/**
 * The endpoint with an IP address instead of a name. Clients of S3 would put the bucket in front of a name, and most
 * machines cannot resolve the result.
 */
export async function numericEndpoint(endpoint: string): Promise<string> {
  const url = new URL(endpoint);
  // A certificate belongs to a name.
  if (url.protocol === 'https:') return endpoint;
  const { address, family } = await lookup(url.hostname.replace(/^\[|\]$/g, ''));
  url.hostname = family === 6 ? `[${address}]` : address;
  return url.origin;
}

/**
 * The database that `DATABASE_URL` names. It is checked that a migration can use it.
 * @returns the connection string, which names its sslmode
 * @throws Error that says what is wrong and what to do next, without the password
 */
export async function findDatabase(env: NodeJS.ProcessEnv): Promise<string> {
  const example = 'DATABASE_URL=postgres://owner:password@127.0.0.1:5432/belfry';
  const { DATABASE_URL: text = '' } = env;
  if (text === '') {
    throw new Error(
      `DATABASE_URL is missing: a PostgreSQL that the emulator’s functions can reach, as its owner, for instance ${example}.`,
    );
  }
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '' || url.username === '') {
    throw new Error(
      `DATABASE_URL must name user, host and database, such as ${example}; it ${url ? `begins with ${url.protocol}//${url.hostname}` : 'is no URL'}.`,
    );
  }
  const place = `DATABASE_URL (${url.username} at ${url.host}${url.pathname})`;
  // Functions choose the sslmode in the same way. It is written into the URL, so that both use the same one.
  const isThisMachine = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const isPlain = (url.searchParams.get('sslmode') ?? (isThisMachine ? 'disable' : '')) === 'disable';
  url.searchParams.set('sslmode', isPlain ? 'disable' : 'verify-full');
  const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: answerTimeoutMs });
  client.on('error', () => {});
  try {
    await client.connect();
    await checkServer(client, place);
  } catch (error) {
    if (error instanceof Unsuitable) throw error;
    const reason = causeOf(error);
    const remedy = /SSL|certificate/i.test(reason)
      ? 'Append ?sslmode=disable if the connection needs no encryption'
      : 'Start it, or correct the variable';
    throw new Error(`Cannot sign in to PostgreSQL with ${place}: ${reason}. ${remedy}.`);
  } finally {
    await client.end().catch(() => {});
  }
  return url.href;
}

/** The server accepts the login, but is not suitable. */
class Unsuitable extends Error {}

async function checkServer(client: pg.Client, place: string): Promise<void> {
  const { rows } = await client.query(`
    SELECT current_setting('server_version') AS version,
      current_setting('server_version_num')::int / 10000 AS major,
      rolsuper OR rolcreaterole AS makes_roles,
      has_schema_privilege('public', 'CREATE') AS makes_tables
    FROM pg_roles WHERE rolname = current_user`);
  const { version, major, makes_roles, makes_tables } = rows[0];
  if (major < oldestPostgres) {
    throw new Unsuitable(
      `${place} is PostgreSQL ${version}; Belfry needs ${oldestPostgres} or newer. Use a newer server.`,
    );
  }
  if (!makes_roles || !makes_tables) {
    throw new Unsuitable(
      `${place} may not ${makes_tables ? 'create roles' : 'create tables in the schema public'}, which the migration does. Use the owner of the database, who has the attribute CREATEROLE.`,
    );
  }
}

/** The message of the first cause of an error. The errors of fetch and of pg have one or several causes. */
function causeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return causeOf(error.cause);
  return messageOf(error);
}
