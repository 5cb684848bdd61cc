import { randomUUID } from 'node:crypto';

/** Requests of the HTTP API as Lambda gets them, of a user whom the authorizer has identified. */
export function readerOf(user_id: string) {
  const authorizer = {
    lambda: { user_id, scope: 'notifications:create', expires_at: String(Date.now() + 3_600_000) },
  };
  const request = (routeKey: string, queryStringParameters?: Record<string, string>) => {
    const [method = '', path = ''] = routeKey.split(' ');
    return {
      version: '2.0',
      routeKey,
      rawPath: path,
      rawQueryString: new URLSearchParams(queryStringParameters).toString(),
      headers: { accept: 'application/json', authorization: 'Bearer token' },
      ...(queryStringParameters && { queryStringParameters }),
      requestContext: {
        accountId: '123456789012',
        apiId: 'api-id',
        domainName: 'id.execute-api.us-east-1.amazonaws.com',
        http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
        requestId: randomUUID(),
        routeKey,
        stage: '$default',
        authorizer,
      },
      isBase64Encoded: false,
    };
  };
  return {
    /** A page of 20. @param cursor of the page before */
    list: (cursor?: string) =>
      request('GET /notifications', { limit: '20', ...(cursor !== undefined && { cursor }) }),
    /** The unread count. */
    count: () => request('GET /notifications/unread-count'),
  };
}
