import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { canFindPeerUsers, peerUser } from './peer-user.ts';

/** Why a request is not served: an HTTP status, and a message that says what to do. */
export interface Refusal {
  status: number;
  message: string;
}

/** Looks at a request before a server does. Undefined lets it pass. */
export type Guard = (request: IncomingMessage) => Refusal | undefined;

/** The guards of a system's servers. */
export interface Guards {
  /** Of what pages and programs call with a token: the two APIs. */
  pages: readonly Guard[];
  /** Of what AWS SDKs call: the AWS endpoint and `@connections`, which accept any credentials. */
  sdks: readonly Guard[];
}

/** What a developer opens to others. */
export interface GuardOptions {
  /** Names of this machine beside `localhost`, without a port. */
  allowedHosts: readonly string[];
  /** Whether other users of this machine may call what AWS SDKs call. */
  anyUser: boolean;
}

export async function createGuards({ allowedHosts, anyUser }: GuardOptions): Promise<Guards> {
  const pages = [onlyHosts(allowedHosts)];
  return { pages, sdks: [...pages, onlyPrograms, ...(anyUser ? [] : [await onlyThisUser()])] };
}

/** The guards without a look at the user of a connection. */
export const defaultGuards: Guards = { pages: [onlyHosts([])], sdks: [onlyHosts([]), onlyPrograms] };

const namesOfThisMachine = /^(?:localhost|(?:[\w-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Lets a request pass if its Host is a name of this machine, or one of `allowed`. The port does not matter.
 *
 * The browser of a page on another site can be sent to 127.0.0.1 under the name of that site (DNS rebinding). For the
 * browser, our answers would belong to that site. But the Host still has the name of the site.
 */
export function onlyHosts(allowed: readonly string[]): Guard {
  const names = allowed.map((name) => name.toLowerCase());
  return ({ headers: { host = '' } }) => {
    const name = host.replace(/:\d*$/, '').toLowerCase();
    if (namesOfThisMachine.test(name) || names.includes(name)) return undefined;
    const message = `This server answers under names of this machine only, such as localhost, and the Host header is ${JSON.stringify(host)}. If that is a name of this machine, start with npm start -- --allow-host <name>.`;
    return { status: 421, message };
  };
}

/** Lets a request pass if no page has sent it. A browser adds one of these headers, and no page can remove it. */
function onlyPrograms({ headers }: IncomingMessage): Refusal | undefined {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin === undefined && site === undefined) return undefined;
  const message =
    'No web page can call this server, which accepts any credentials. Call it from a backend, or call the HTTP API.';
  return { status: 403, message };
}

/** Lets a request pass if its program runs as the user of this process, or as root. Where this cannot be found out, all pass. */
async function onlyThisUser(): Promise<Guard> {
  const own = process.getuid?.();
  if (own === undefined || !(await canFindPeerUsers(own))) return () => undefined;
  const users = new WeakMap<Socket, number | undefined>();
  return ({ socket }) => {
    const user = users.get(socket) ?? peerUser(socket);
    users.set(socket, user);
    if (user === own || user === 0) return undefined;
    const message = `This server accepts any credentials, so it answers only programs of the user who has started it (${own}), and this one runs as user ${user ?? 'unknown'}. Start a system of your own, or start this one with npm start -- --any-user.`;
    return { status: 403, message };
  };
}
