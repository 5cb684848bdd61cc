import { Agent, request } from 'node:http';
import { describedApi } from '../support/described.ts';
import type { Answer } from '../support/installation.ts';
import { type HttpAttempt, placeholders } from './attempt.ts';
import { tokenOf } from './credentials.ts';
import { type Judged, usersIn } from './judged.ts';
import type { Fixture, World } from './world.ts';

const { faultsOf } = describedApi();
// A connection for each request: the service may close one that is at rest at the moment in which it is used again.
const agent = new Agent({ keepAlive: false });

/** Makes the request, and says in what its answer is not what the contract and the published document promise. */
export async function judgeHttp(attempt: HttpAttempt, fixture: Fixture, world: World): Promise<Judged> {
  const { own } = fixture;
  const token = await tokenOf(attempt.token, {
    belfry: world.own.belfry,
    user: own.user,
    scope: attempt.scope,
  });
  const answer = await send(world.own.belfry.outputs.HttpApiUrl, attempt, fixture, token);
  const isServed = answer.status < 400;
  const faults = [
    ...faultsOfAnswer(attempt, answer),
    ...(await faultsOfCount(attempt, answer, own.user, world)),
    ...(quotes(answer, token) ? ['quotes the token'] : []),
  ];
  return {
    faults: faults.map((fault) => `${answer.status}: ${fault}`),
    mayWrite: isServed ? writtenBy(attempt, answer.body, own.user) : [],
  };
}

/** Whose inboxes a request that was served may have changed: those of a command's recipients, or the sender's own. */
function writtenBy({ route, method }: HttpAttempt, body: unknown, sender: string): string[] {
  if (method === 'GET') return [];
  return route === 'POST /notifications' ? usersIn(body) : [sender];
}

function faultsOfAnswer({ route, token, verdict }: HttpAttempt, answer: Answer<unknown>): string[] {
  const { status, headers, body } = answer;
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
  if (!route) return isByGateway(answer, 404, 'Not Found') ? [] : ['is not the answer of the gateway'];
  if (token === 'none')
    return isByGateway(answer, 401, 'Unauthorized') ? [] : ['is not the answer of the gateway'];
  const isProblem = headers.get('content-type') === 'application/problem+json';
  return [
    ...faultsOf(route, answer),
    ...(status >= 500 ? ['is a failure'] : []),
    ...(status >= 400 && !isProblem ? ['is no problem'] : []),
    ...(isProblem && idOf(body) !== headers.get('x-request-id') ? ['has another id than its header'] : []),
    ...(token !== 'good' && status !== 401 ? ['lets in whoever has no token'] : []),
    ...(verdict === 'broken' && status < 400 ? ['serves what is broken'] : []),
    ...(verdict === 'sound' && status >= 400 ? [`refuses what is sound: ${JSON.stringify(body)}`] : []),
  ];
}

const isByGateway = ({ status, headers, body }: Answer<unknown>, expected: number, message: string) =>
  status === expected &&
  headers.get('content-type') === 'application/json' &&
  JSON.stringify(body) === JSON.stringify({ message });

const idOf = (body: unknown) =>
  typeof body === 'object' && body !== null && 'request_id' in body ? body.request_id : undefined;

/** A command that was refused is not counted. One that was looked for in the database is. */
async function faultsOfCount(
  { route }: HttpAttempt,
  { status }: Answer<unknown>,
  user: string,
  world: World,
): Promise<string[]> {
  if (route !== 'POST /notifications') return [];
  const isCounted = await world.isCounted(user);
  if (isCounted === (status < 400 || status === 404 || status === 409)) return [];
  return [isCounted ? 'counts what was refused' : 'does not count a command'];
}

function quotes({ headers, body }: Answer<unknown>, token: string): boolean {
  const told = `${JSON.stringify(body)} ${JSON.stringify([...headers])}`;
  return token.split('.').some((part) => part.length > 20 && told.includes(part));
}

/** As a client may write it by hand: headers and body as they are, whatever a browser would make of them. */
function send(
  url: string,
  { method, path, query, headers, body }: HttpAttempt,
  fixture: Fixture,
  token: string,
): Promise<Answer<unknown>> {
  const { hostname, port } = new URL(url);
  const parameters = new URLSearchParams(query).toString();
  const sent = typeof body === 'string' ? filled(body, fixture) : body;
  const all = [
    ['host', `${hostname}:${port}`],
    ...headers,
    ...(token === '' ? [] : [['authorization', `Bearer ${token}`]]),
    ...(sent === undefined ? [] : [['content-length', String(Buffer.byteLength(sent))]]),
  ];
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        agent,
        hostname,
        port,
        method,
        path: `${filled(path, fixture)}${parameters && `?${parameters}`}`,
        headers: all.flat(),
      },
      async (response) => {
        const chunks: Buffer[] = await response.toArray();
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(
            Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]),
          ),
          body: text === '' ? undefined : JSON.parse(text),
        });
      },
    );
    sending.on('error', reject);
    sending.end(sent);
  });
}

/** With what stands for the placeholders. */
export const filled = (text: string, { own, other }: Fixture): string =>
  text
    .replaceAll(placeholders.ownId, String(own.id))
    .replaceAll(placeholders.otherId, String(other.id))
    .replaceAll(placeholders.otherUser, other.user);
