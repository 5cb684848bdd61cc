import type { SocketIntegration } from '../api-gateway/call-function.ts';
import type { HttpRoute } from '../api-gateway/http-api.ts';
import type { HttpAuthorizer } from '../api-gateway/http-authorizer.ts';
import type { CorsConfiguration } from '../api-gateway/http-cors.ts';
import type { RouteLimits } from '../api-gateway/route-limits.ts';
import { arn } from '../aws/arn.ts';

export type Protocol = 'HTTP' | 'WEBSOCKET';

/** An API as the template describes it. It is served when its description is complete. */
export interface ApiDescription {
  apiId: string;
  protocol: Protocol;
  cors?: CorsConfiguration;
  stage?: string;
  /** The limits of the stage. */
  limits?: RouteLimits;
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

/** The APIs of the template, at most one of each protocol. */
export interface ApiGateway {
  add(api: ApiDescription): void;
  /** Throws if there is no such API. */
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

/** The routes of the HTTP API, with their functions and authorizers. */
export function httpRoutes({ apiId, stage, routes, integrations, authorizers }: ApiDescription): HttpRoute[] {
  return [...routes.values()].map(({ routeKey, integrationId, authorizerId }) => {
    const integration = integrations.get(integrationId);
    if (integration?.type !== 'AWS_PROXY')
      throw new Error(`The route ${routeKey} has no Lambda integration. Give it one.`);
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
    if (!integration) throw new Error(`The route ${routeKey} has no integration. Give it one.`);
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
