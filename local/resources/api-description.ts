import type { HttpRoute } from '../api-gateway/http-api.ts';
import type { HttpAuthorizer } from '../api-gateway/http-authorizer.ts';
import type { CorsConfiguration } from '../api-gateway/http-cors.ts';
import type { SocketIntegration } from '../api-gateway/socket-integration.ts';
import { arn, region } from '../aws/arn.ts';

export type Protocol = 'HTTP' | 'WEBSOCKET';

/** What the template says of one API; it is served when all of it is known. */
export interface ApiDescription {
  apiId: string;
  protocol: Protocol;
  cors?: CorsConfiguration;
  stage?: string;
  integrations: Map<string, Integration>;
  authorizers: Map<string, HttpAuthorizer>;
  routes: Map<
    string,
    { routeKey: string; integrationId: string; authorizerId?: string; returnsResponse: boolean }
  >;
}

type Integration =
  | { type: 'AWS_PROXY'; functionArn: string; timeoutMs: number }
  | { type: 'MOCK'; response?: string };

/** The template's APIs; one of each protocol at most. */
export interface ApiGateway {
  add(api: ApiDescription): void;
  /** Throws where there is none. */
  api(apiId: string): ApiDescription;
  find(protocol: Protocol): ApiDescription | undefined;
}

export function createApiGateway(): ApiGateway {
  const apis = new Map<string, ApiDescription>();
  const find = (protocol: Protocol) => [...apis.values()].find((api) => api.protocol === protocol);
  return {
    find,
    add(api) {
      if (find(api.protocol)) throw new Error(`a second ${api.protocol} API is not supported locally`);
      apis.set(api.apiId, api);
    },
    api(apiId) {
      const api = apis.get(apiId);
      if (!api) throw new Error(`there is no API ${apiId} in the template`);
      return api;
    },
  };
}

/** The host name that an API has in the cloud. */
export function apiHost(apiId: string): string {
  return `${apiId}.execute-api.${region}.amazonaws.com`;
}

/** The routes of the HTTP API with all that belongs to them. */
export function httpRoutes({ apiId, stage, routes, integrations, authorizers }: ApiDescription): HttpRoute[] {
  return [...routes.values()].map(({ routeKey, integrationId, authorizerId }) => {
    const integration = integrations.get(integrationId);
    if (integration?.type !== 'AWS_PROXY')
      throw new Error(`The route ${routeKey} has no Lambda integration.`);
    const authorizer = authorizers.get(authorizerId ?? '');
    const [method, path] = routeKey.includes(' ') ? routeKey.split(' ') : ['*', `/${routeKey}`];
    return {
      routeKey,
      functionArn: integration.functionArn,
      sourceArn: arn('execute-api', `${apiId}/${stage}/${method}${path}`),
      timeoutMs: integration.timeoutMs,
      ...(authorizer && { authorizer }),
    };
  });
}

/** The routes of the WebSocket API by their keys. */
export function socketRoutes({ apiId, stage, routes, integrations }: ApiDescription) {
  const byKey = new Map<string, SocketIntegration>();
  for (const { routeKey, integrationId, returnsResponse } of routes.values()) {
    const integration = integrations.get(integrationId);
    if (!integration) throw new Error(`The route ${routeKey} has no integration.`);
    if (integration.type === 'AWS_PROXY') {
      const sourceArn = arn('execute-api', `${apiId}/${stage}/${routeKey}`);
      byKey.set(routeKey, { ...integration, returnsResponse, sourceArn });
    } else if (returnsResponse && integration.response !== undefined) {
      byKey.set(routeKey, { type: 'MOCK', response: integration.response });
    } else {
      throw new Error(
        `The route ${routeKey} answers nothing: a mock needs a route response and an integration response.`,
      );
    }
  }
  return byKey;
}
