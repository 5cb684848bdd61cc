import { Failure } from './failure.ts';
import { type Installation, logOf } from './installation.ts';

/** The failure of a socket that was refused with this HTTP status. What each means is in docs/api.md#websocket-api. */
export function socketFailure(
  status: number,
  installation: Installation,
  origin: string | undefined,
): Failure {
  const refused = (...remedies: string[]) =>
    new Failure(`The WebSocket API refused the socket with ${status}.`, remedies);
  const log = logOf(installation, 'Connect');
  switch (status) {
    case 401:
      return refused(
        'It does not accept the token that the HTTP API accepts: WebSocketUrl belongs to another installation, or a deployment was interrupted. Deploy again.',
        'The token has expired since the step before. Get a new one.',
      );
    case 403:
      return refused(
        ...(origin
          ? [
              `The origin ${origin} is not in allowedOrigins. Add it: npm run deploy -- --context allowedOrigins=…,${origin}`,
            ]
          : []),
        'WebSocketUrl is that of another API or has another stage. Take the output of the stack as it is, /live or what it ends in included.',
      );
    case 404:
      return refused('WebSocketUrl does not lead to a WebSocket API. Take the output of the stack as it is.');
    case 414:
    case 431:
      return refused(
        'The token is too long for the gateway. Let its issuer leave out claims: docs/api.md#websocket-api.',
      );
    case 429:
      return refused(
        'The user has opened too many newer connections at the same moment, too many sockets are opened by all users together, or the account is throttled. Run the check again. docs/operations.md#throttling',
      );
    case 503:
      return refused(
        'The keys of the token’s issuer cannot be fetched. Open jwtJwksUrl in a browser, and correct the option if it does not answer.',
        `The reason is in ${log}: token_keys_not_fetched.`,
      );
    default:
      return refused(
        `The function that accepts sockets failed: it cannot write the connections table, DynamoDB throttles it, or it does not start. The reason is in ${log}: connect_failed.`,
        'If the account’s concurrency is used up, see docs/operations.md#throttles.',
      );
  }
}
