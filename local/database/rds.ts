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

/** What an instance needs. */
export interface RdsOptions {
  postgres: Pick<Postgres, 'host' | 'port' | 'superuser' | 'socketDirectory'>;
  iam: Pick<Iam, 'principalOf' | 'secretOf' | 'authorize'>;
  clock: Clock;
  report: Report;
  certificate: Pick<Certificate, 'cert' | 'key'>;
  /** `resourceId` is the DbiResourceId, `db-…`, that a policy names. */
  instance: { resourceId: string; region: string; account: string };
  /** The owner and its database. They are made if they do not exist. Left out: PostgreSQL keeps the users that it has. */
  master?: Master;
  /** The port on 127.0.0.1. 0 takes a free one. */
  port: number;
  /** Called for each round trip of a session: for each ReadyForQuery after the first one, which opens the session. */
  onRoundTrip?: (session: { user: string; functionName?: string }) => void;
}

/** The instance's endpoint. */
export interface Rds {
  /** The name that the certificate and the tokens are for. */
  host: 'localhost';
  port: number;
  /** Closes every connection. */
  stop(): Promise<void>;
}

type Startup = StartupPacket & { kind: 'startup' };

const host = 'localhost';
// PostgreSQL's authentication_timeout, which RDS leaves as it is.
const authenticationMs = 60_000;

/**
 * The part of RDS in front of PostgreSQL. It requires TLS (rds.force_ssl, the default since PostgreSQL 15). The members of
 * the role `rds_iam`, which it makes, sign in with IAM database authentication, all others with passwords.
 * Throws an Error if the port is in use.
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

  /** Undefined if the client was refused. */
  async function signIn(client: Socket, { user }: Startup, signal: AbortSignal) {
    client.write(cleartextPasswordRequest);
    const token = await readPassword(client, signal);
    try {
      const functionName = authorize(options, `${host}:${port}`, user, token);
      report({ source: 'postgres', level: 'debug', message: `${functionName} connected as "${user}"` });
      return { user, functionName };
    } catch (error) {
      // The client gets no more than this. RDS checks tokens in a PAM module, and this is PostgreSQL's error for it.
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
      // A client that has closed its connection is not an error.
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

/** Answers requests for encryption until the startup packet comes. `client` is then `plain`, or TLS over it. */
async function negotiate(plain: Socket, secureContext: SecureContext, signal: AbortSignal) {
  let client = plain;
  for (;;) {
    const packet = await readStartupPacket(client, signal);
    if (packet.kind === 'startup' || packet.kind === 'cancel') return { client, packet };
    if (packet.kind === 'gss' || client !== plain) {
      client.write('N');
      continue;
    }
    // An attacker can have inserted bytes that come before TLS (CVE-2021-23214).
    if (plain.readableLength > 0) throw new Error('Bytes before the TLS handshake are refused.');
    plain.write('S');
    const encrypted = new TLSSocket(plain, { isServer: true, secureContext });
    encrypted.on('error', () => plain.destroy());
    client = encrypted;
  }
}

/** The name of the function that the token belongs to. Throws an Error with the reason if the token is not valid. */
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

/** Sends `first`, and then passes the bytes of both sides on. If one side ends, the other is closed too. */
function relay(client: Socket, upstream: Socket, first: Buffer): void {
  upstream.setNoDelay();
  upstream.write(first);
  client.pipe(upstream).pipe(client);
  // Not at once: a client that cancels a query closes its connection before its request is passed on.
  client.on('close', () => upstream.destroySoon());
  upstream.on('error', () => client.destroy());
}
