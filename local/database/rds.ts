import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { Iam } from '../aws/iam.ts';
import type { Clock } from '../clock.ts';
import { listen } from '../http-server.ts';
import { messageOf, type Report } from '../report.ts';
import type { Certificate } from './certificate.ts';
import type { Postgres } from './postgres.ts';
import {
  cleartextPasswordRequest,
  fatalResponse,
  readPassword,
  readStartupPacket,
  readyForQueryListener,
  type StartupPacket,
} from './postgres-wire.ts';
import { createRdsRoles, type Master } from './rds-roles.ts';
import { verifyRdsToken } from './rds-token.ts';

/** What stands behind and beside the instance. */
export interface RdsOptions {
  postgres: Pick<Postgres, 'host' | 'port' | 'superuser' | 'socketDirectory'>;
  iam: Pick<Iam, 'principalOf' | 'secretOf' | 'authorize'>;
  clock: Clock;
  report: Report;
  certificate: Pick<Certificate, 'cert' | 'key'>;
  /** `resourceId` is the DbiResourceId, `db-…`, that a policy names. */
  instance: { resourceId: string; region: string; account: string };
  /** Made where it is absent; left out, the instance has only the users that PostgreSQL has. */
  master?: Master;
  /** The port on 127.0.0.1; 0 takes a free one. */
  port: number;
  /** Called once for each round trip of a session, that is each ReadyForQuery after the one that opens the session. */
  onRoundTrip?: (session: { user: string; functionName?: string }) => void;
}

/** The instance's endpoint. */
export interface Rds {
  /** The name that the certificate and the tokens are for. */
  host: 'localhost';
  port: number;
  /** Cuts every connection. */
  stop(): Promise<void>;
}

type Startup = StartupPacket & { kind: 'startup' };

const host = 'localhost';
// PostgreSQL's authentication_timeout, which RDS leaves as it is.
const authenticationMs = 60_000;

/**
 * What RDS puts in front of PostgreSQL: TLS for everyone (rds.force_ssl, the default since PostgreSQL 15), IAM
 * database authentication for the members of the role `rds_iam`, which it makes, and passwords for the others.
 * Throws an Error where the port is taken.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
 */
export async function createRds(options: RdsOptions): Promise<Rds> {
  const { postgres, clock, report, onRoundTrip } = options;
  const secureContext = createSecureContext(options.certificate);
  const roles = await createRdsRoles(postgres, options.master);
  const sockets = new Set<Socket>();
  let port = options.port;

  async function serve(plain: Socket): Promise<void> {
    const closed = new AbortController();
    const stopWaiting = clock.after(authenticationMs, () => plain.destroy());
    plain.on('close', () => closed.abort());
    plain.on('close', stopWaiting);
    const { client, packet } = await negotiate(plain, secureContext, closed.signal);
    if (packet.kind === 'cancel') {
      relay(client, connect(postgres.port, postgres.host), packet.bytes);
      return;
    }
    const { user } = packet;
    if (client === plain) {
      const remote = `host "${plain.remoteAddress}", user "${user}", database "${packet.database}"`;
      client.end(fatalResponse('28000', `no pg_hba.conf entry for ${remote}, no encryption`));
      report({
        source: 'postgres',
        level: 'error',
        message: `"${user}" was refused: it did not ask for TLS`,
      });
      return;
    }
    const isIamUser = await roles.isIamUser(user);
    const session = isIamUser ? await signIn(client, packet, closed.signal) : { user };
    if (!session) return;
    stopWaiting();
    const upstream = isIamUser
      ? connect(`${postgres.socketDirectory}/.s.PGSQL.${postgres.port}`)
      : connect(postgres.port, postgres.host);
    countRoundTrips(upstream, () => onRoundTrip?.(session));
    relay(client, upstream, packet.bytes);
  }

  /** Undefined where the client has been refused. */
  async function signIn(client: Socket, { user }: Startup, signal: AbortSignal) {
    client.write(cleartextPasswordRequest);
    const token = await readPassword(client, signal);
    try {
      const functionName = authorize(options, `${host}:${port}`, user, token);
      report({ source: 'postgres', level: 'debug', message: `${functionName} connected as "${user}"` });
      return { user, functionName };
    } catch (error) {
      // RDS tells the client no more than this: it checks tokens in a PAM module, whose refusals PostgreSQL words so.
      client.end(fatalResponse('28000', `PAM authentication failed for user "${user}"`));
      report({ source: 'postgres', level: 'error', message: `"${user}" was refused: ${messageOf(error)}` });
      return undefined;
    }
  }

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket).catch((error: unknown) => {
      // A client that left half-way is no news.
      if (socket.destroyed) return;
      report({ source: 'postgres', level: 'warn', message: `connection cut: ${error}` });
      socket.destroy();
    });
  });
  port = await listen(server, port).catch(async (error: unknown) => {
    await roles.close();
    throw error;
  });
  return {
    host,
    port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed, roles.close()]);
    },
  };
}

/** Answers requests for encryption until the client says what it wants; `client` is then `plain`, or TLS over it. */
async function negotiate(plain: Socket, secureContext: SecureContext, signal: AbortSignal) {
  let client = plain;
  for (;;) {
    const packet = await readStartupPacket(client, signal);
    if (packet.kind === 'startup' || packet.kind === 'cancel') return { client, packet };
    if (packet.kind === 'gss' || client !== plain) {
      client.write('N');
      continue;
    }
    // What came before TLS could have been slipped in by anyone (CVE-2021-23214).
    if (plain.readableLength > 0) throw new Error('Bytes before the TLS handshake are refused.');
    plain.write('S');
    const encrypted = new TLSSocket(plain, { isServer: true, secureContext });
    encrypted.on('error', () => plain.destroy());
    client = encrypted;
  }
}

/** Returns the name of the function that the token lets in; throws an Error with the reason where it lets nobody in. */
function authorize(
  { clock, iam, instance }: RdsOptions,
  endpoint: string,
  user: string,
  token: string,
): string {
  const { region, account, resourceId } = instance;
  const { secretOf } = iam;
  const { accessKeyId } = verifyRdsToken(token, { endpoint, region, user, now: clock.now(), secretOf });
  const principal = iam.principalOf(accessKeyId);
  if (principal.kind === 'account') throw new Error(`the access key ${accessKeyId} belongs to no function`);
  const resource = `arn:aws:rds-db:${region}:${account}:dbuser:${resourceId}/${user}`;
  iam.authorize(principal, 'rds-db:connect', resource);
  return principal.functionName;
}

function countRoundTrips(upstream: Socket, onRoundTrip: () => void): void {
  let isOpen = false;
  const listener = readyForQueryListener(() => {
    if (isOpen) onRoundTrip();
    isOpen = true;
  });
  upstream.on('data', listener);
}

/** Sends `first` and then whatever either side sends, at the pace of the slower; the end of one is the end of both. */
function relay(client: Socket, upstream: Socket, first: Buffer): void {
  upstream.setNoDelay();
  upstream.write(first);
  client.pipe(upstream).pipe(client);
  // Not at once: who asks to cancel a query hangs up before the request has been passed on.
  client.on('close', () => upstream.destroySoon());
  upstream.on('error', () => client.destroy());
}
