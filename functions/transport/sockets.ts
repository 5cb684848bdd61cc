import type {
  APIGatewayProxyStructuredResultV2,
  APIGatewayProxyWebsocketEventV2,
  APIGatewayProxyWebsocketEventV2WithRequestContext,
} from 'aws-lambda';
import type { Admission } from '../core/admission.ts';
import { connectionExpiry, isOriginAllowed } from '../core/connection.ts';
import { Unauthenticated, Unavailable } from '../core/errors.ts';
import type { ServerFrame } from '../core/frames.ts';
import type { ConnectionRegistry, Logger, Metrics, TokenVerifier } from '../core/ports.ts';

type ConnectEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<
  APIGatewayProxyWebsocketEventV2['requestContext']
> & {
  headers?: Record<string, string | undefined>;
  multiValueHeaders?: Record<string, string[] | undefined>;
  queryStringParameters?: Record<string, string | undefined>;
  multiValueQueryStringParameters?: Record<string, string[] | undefined>;
};

/** Who may open a socket, and for how long. */
export interface ConnectRules {
  allowedOrigins: readonly string[];
  /** How long a connection gets pushes at least, even if its token ends sooner. */
  minimumLifetimeMs: number;
}

/**
 * The handler of `$connect`. It registers the connection before the gateway accepts it, or refuses it: 401 without a valid
 * token, 403 from an origin that is not allowed, 429 if the user has opened enough newer connections meanwhile, and 503 if
 * the token's issuer does not answer.
 */
export function serveConnect(
  { verifier, admission, logger }: { verifier: TokenVerifier; admission: Admission; logger: Logger },
  { allowedOrigins, minimumLifetimeMs }: ConnectRules,
) {
  return async (event: ConnectEvent): Promise<APIGatewayProxyStructuredResultV2> => {
    const { connectionId, connectedAt } = event.requestContext;
    const origins = headerValues(event, 'origin');
    if (!origins.every((origin) => isOriginAllowed(origin, allowedOrigins))) return { statusCode: 403 };
    try {
      const { token, headers } = readHandshake(event);
      const identity = await verifier.verify(token);
      const isAdmitted = await admission.admit({
        connection_id: connectionId,
        user_id: identity.user_id,
        connected_at: connectedAt,
        expires_at: connectionExpiry(connectedAt, identity.expires_at, minimumLifetimeMs),
      });
      return isAdmitted ? { statusCode: 200, headers } : { statusCode: 429 };
    } catch (error) {
      if (error instanceof Unauthenticated) return { statusCode: 401 };
      logger.error('connect_failed', { connection_id: connectionId, error });
      return { statusCode: error instanceof Unavailable ? 503 : 500 };
    }
  };
}

/** The handler of `$disconnect`. The gateway does not always call it; then the connection is deleted at the end of its time to live. */
export function serveDisconnect({ registry, metrics }: { registry: ConnectionRegistry; metrics: Metrics }) {
  return async ({
    requestContext,
  }: APIGatewayProxyWebsocketEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    metrics.count('ConnectionsClosed');
    await registry.remove(requestContext.connectionId);
    return { statusCode: 200 };
  };
}

/** The handler of every message that is not a known action. It answers with a frame on the same socket. */
export async function answerUnknownAction(): Promise<APIGatewayProxyStructuredResultV2> {
  const frame: ServerFrame = {
    type: 'error',
    code: 'unknown_action',
    message: 'The only action is ping: { "action": "ping" }. Everything else goes over the HTTP API.',
  };
  return { statusCode: 200, body: JSON.stringify(frame) };
}

/** The subprotocol that a client offers beside its token. */
const subprotocol = 'belfry';

/**
 * The token of a new socket, and the headers of the answer that accepts it. A browser cannot set a header of its own, so
 * the token is in the URL, or it is offered as a subprotocol after `belfry`. Then the answer must name the subprotocol that
 * is taken, or the browser closes the socket. It names `belfry`, never the token.
 *
 * The token is empty if there are several in one place, or two that differ, because we cannot know which one counts.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
 */
function readHandshake(event: ConnectEvent): { token: string; headers: Record<string, string> } {
  const { queryStringParameters, multiValueQueryStringParameters } = event;
  const inUrl = [multiValueQueryStringParameters?.token ?? queryStringParameters?.token ?? []].flat();
  const offered = headerValues(event, 'sec-websocket-protocol').flatMap((value) =>
    value.split(/[ \t]*,[ \t]*/),
  );
  const isOffered = offered.includes(subprotocol);
  const inHeader = isOffered ? offered.filter((name) => name !== subprotocol) : [];
  const [token = '', ...others] = new Set([...inUrl, ...inHeader]);
  const isClear = inUrl.length <= 1 && inHeader.length <= 1 && others.length === 0;
  return {
    token: isClear ? token : '',
    headers: isOffered ? { 'Sec-WebSocket-Protocol': subprotocol } : {},
  };
}

/** Every value of a header. The gateway keeps the client's spelling of names, and only `multiValueHeaders` has all values. */
function headerValues({ headers = {}, multiValueHeaders = {} }: ConnectEvent, name: string): string[] {
  return Object.entries({ ...headers, ...multiValueHeaders }).flatMap(([key, values]) =>
    key.toLowerCase() === name && values !== undefined ? values : [],
  );
}
