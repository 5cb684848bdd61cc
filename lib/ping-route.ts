import {
  CfnIntegration,
  CfnIntegrationResponse,
  CfnRoute,
  CfnRouteResponse,
  type WebSocketApi,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct, IConstruct } from 'constructs';

/**
 * Adds the route `ping`, which answers `{"type":"pong"}`. A client pings every 50 seconds while its page is visible, to
 * notice a dead socket, and otherwise every few minutes, because API Gateway closes an idle one. A MOCK integration answers, which costs no invocation.
 * @returns the resources that a deployment of the stage must wait for, although the route does not refer to them
 */
export function addPingRoute(scope: Construct, { apiId }: WebSocketApi): IConstruct[] {
  const templateSelectionExpression = '\\$default';
  const integration = new CfnIntegration(scope, 'PingIntegration', {
    apiId,
    integrationType: 'MOCK',
    templateSelectionExpression,
    requestTemplates: { $default: JSON.stringify({ statusCode: 200 }) },
  });
  const integrationResponse = new CfnIntegrationResponse(scope, 'PingIntegrationResponse', {
    apiId,
    integrationId: integration.ref,
    integrationResponseKey: '$default',
    templateSelectionExpression,
    responseTemplates: { $default: JSON.stringify({ type: 'pong' }) },
  });
  const route = new CfnRoute(scope, 'PingRoute', {
    apiId,
    routeKey: 'ping',
    routeResponseSelectionExpression: '$default',
    target: `integrations/${integration.ref}`,
  });
  const routeResponse = new CfnRouteResponse(scope, 'PingRouteResponse', {
    apiId,
    routeId: route.ref,
    routeResponseKey: '$default',
  });
  return [integrationResponse, routeResponse];
}
