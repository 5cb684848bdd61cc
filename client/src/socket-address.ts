import { NotificationError } from './error.ts';
import type { NotificationClientOptions } from './types.ts';

/** The arguments of `new WebSocket`, or why there are none. */
interface SocketAddress {
  url: string;
  protocols?: string[] | undefined;
  /** With the code `token_too_long`. */
  error?: NotificationError | undefined;
}

/**
 * Where to open a socket with this token: by the transport that was chosen, or by the other one if the token fits only that.
 */
export function addressOf(
  { webSocketUrl, tokenTransport }: Pick<NotificationClientOptions, 'webSocketUrl' | 'tokenTransport'>,
  token: string,
): SocketAddress {
  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
  const longestUrl = 4_096;
  /**
   * API Gateway takes 10,240 bytes for the request line and all headers
   * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html). The browser's own headers need
   * the rest, cookies among them.
   */
  const longestProtocol = 8_000;
  // Every JWT has only these characters, all of which RFC 6455 allows in the name of a protocol.
  const fitsHeader = token.length <= longestProtocol && /^[\w.+~-]+$/.test(token);
  const url = `${webSocketUrl}?token=${encodeURIComponent(token)}`;
  const fitsUrl = url.length <= longestUrl;
  if (fitsHeader && (tokenTransport === 'protocol' || !fitsUrl)) {
    return { url: webSocketUrl, protocols: ['belfry', token] };
  }
  if (fitsUrl) return { url };
  const message = `The token has ${token.length} characters, too many for a socket.`;
  return { url, error: new NotificationError('token_too_long', message) };
}
