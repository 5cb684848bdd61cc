import type { NotificationClientOptions } from './types.ts';

/** The arguments of `new WebSocket`. */
type SocketAddress = [url: string, protocols?: string[]];

/**
 * Where to open a socket with this token: by the transport that was chosen, or by the other one if the token fits only that.
 * Undefined if it fits neither.
 */
export function addressOf(
  { webSocketUrl, tokenTransport }: Pick<NotificationClientOptions, 'webSocketUrl' | 'tokenTransport'>,
  token: string,
): SocketAddress | undefined {
  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
  const longestUrl = 4_096;
  // Every JWT has only these characters, all of which RFC 6455 allows in the name of a protocol. API Gateway takes 10,240
  // bytes for the request line and all headers
  // (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html). The browser's own headers need
  // the rest, cookies among them.
  const fitsHeader = /^[\w.+~-]{1,8000}$/.test(token);
  const url = `${webSocketUrl}?token=${encodeURIComponent(token)}`;
  const fitsUrl = url.length <= longestUrl;
  if (fitsHeader && (tokenTransport === 'protocol' || !fitsUrl)) return [webSocketUrl, ['belfry', token]];
  return fitsUrl ? [url] : undefined;
}
