import type { CorsConfiguration } from '../api-gateway/http-cors.ts';
import { domainName } from '../api-gateway/request-context.ts';
import type { RouteLimit, RouteLimits } from '../api-gateway/route-limits.ts';
import { arn, region } from '../aws/arn.ts';
import type { Properties } from '../template/properties.ts';
import type { ApiDescription } from './api-description.ts';
import type { Make } from './resource.ts';

const makeApi: Make = ({ properties, id }, { gateway, network, names, ports }) => {
  const apiId = id(10);
  const protocol = properties.text('ProtocolType');
  if (protocol !== 'HTTP' && protocol !== 'WEBSOCKET')
    return properties.refuse('ProtocolType', 'it is unknown');
  const cors = properties.nested('CorsConfiguration');
  if (protocol === 'WEBSOCKET') {
    properties.expect('RouteSelectionExpression', '$request.body.action');
    if (properties.optionalText('IpAddressType') === 'dualstack') network.openApiToIpv6();
  }
  properties.expect('DisableExecuteApiEndpoint', false);
  properties.ignore('Name', 'Description', 'Tags', 'IpAddressType');
  gateway.add({
    apiId,
    protocol,
    ...(cors && { cors: corsOf(cors) }),
    integrations: new Map(),
    authorizers: new Map(),
    routes: new Map(),
  });
  const host = domainName({ apiId, region });
  names.addApi(host, protocol === 'HTTP' ? ports.http : ports.socket);
  const scheme = protocol === 'HTTP' ? 'https' : 'wss';
  return { ref: apiId, attributes: { ApiId: apiId, ApiEndpoint: `${scheme}://${host}` } };
};

function corsOf(cors: Properties): CorsConfiguration {
  const lists = ['AllowOrigins', 'AllowHeaders', 'AllowMethods', 'ExposeHeaders'] as const;
  const [allowOrigins = [], allowHeaders = [], allowMethods = [], exposeHeaders = []] = lists.map((list) =>
    cors.texts(list),
  );
  const maxAge = cors.optionalNumber('MaxAge');
  cors.expect('AllowCredentials', false);
  return {
    allowOrigins,
    allowHeaders,
    allowMethods,
    exposeHeaders,
    ...(maxAge !== undefined && { maxAge }),
  };
}

const makeStage: Make = ({ properties }, { gateway }) => {
  const api = gateway.api(properties.text('ApiId'));
  const stage = properties.text('StageName');
  if (api.stage !== undefined) properties.refuse('StageName', `the API has the stage ${api.stage} already`);
  if (api.protocol === 'HTTP') properties.expect('StageName', '$default');
  api.stage = stage;
  properties.expect('AutoDeploy', true);
  api.limits = limitsOf(properties, api);
  properties.ignore('AccessLogSettings', 'Description', 'Tags');
  return { ref: stage };
};

/**
 * The limits of a stage. API Gateway refuses settings for a route that does not exist, so the stage must be made after it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html
 */
function limitsOf(properties: Properties, { routes }: ApiDescription): RouteLimits {
  const keys = Object.keys(properties.value('RouteSettings') ?? {});
  const settings = properties.nested('RouteSettings');
  const known = new Set([...routes.values()].map(({ routeKey }) => routeKey));
  const limits = keys.map((key) => {
    if (!known.has(key)) properties.refuse('RouteSettings', `there is no route ${key} yet`);
    return [key, limitOf(settings?.nested(key))] as const;
  });
  const byDefault = limitOf(properties.nested('DefaultRouteSettings'));
  return {
    ...(byDefault && { default: byDefault }),
    routes: new Map(limits.flatMap(([key, limit]) => (limit ? [[key, limit]] : []))),
  };
}

function limitOf(settings: Properties | undefined): RouteLimit | undefined {
  settings?.ignore('DetailedMetricsEnabled', 'LoggingLevel', 'DataTraceEnabled');
  const rate = settings?.optionalNumber('ThrottlingRateLimit');
  const burst = settings?.optionalNumber('ThrottlingBurstLimit');
  if (rate !== undefined && burst !== undefined) return { rate, burst };
  if (rate === undefined && burst === undefined) return undefined;
  // AWS does not document what the other one is then.
  return settings?.refuse(
    rate === undefined ? 'ThrottlingRateLimit' : 'ThrottlingBurstLimit',
    'rate and burst belong together',
  );
}

const makeIntegration: Make = ({ properties, id }, { gateway }) => {
  const api = gateway.api(properties.text('ApiId'));
  const integrationId = id(7);
  properties.expect('PayloadFormatVersion', api.protocol === 'HTTP' ? '2.0' : '1.0');
  properties.ignore('IntegrationMethod', 'Description');
  const type = properties.text('IntegrationType');
  if (type === 'AWS_PROXY') {
    const functionArn = functionArnOf(properties.text('IntegrationUri'));
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html
    const longestMs = api.protocol === 'HTTP' ? 30_000 : 29_000;
    const timeoutMs = properties.optionalNumber('TimeoutInMillis') ?? longestMs;
    api.integrations.set(integrationId, { type, functionArn, timeoutMs });
  } else if (type === 'MOCK' && api.protocol === 'WEBSOCKET') {
    const templates = Object.values(properties.value('RequestTemplates') ?? {});
    // A mock answers with the response for the status in its request template:
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-requests.html
    if (
      !templates.every((template) => /^\{\s*"statusCode"\s*:\s*"?200"?\s*\}$/.test(String(template).trim()))
    ) {
      properties.refuse('RequestTemplates', 'only {"statusCode":200} is understood locally');
    }
    properties.ignore('IntegrationUri', 'TemplateSelectionExpression', 'PassthroughBehavior');
    api.integrations.set(integrationId, { type });
  } else {
    properties.refuse('IntegrationType', 'AWS_PROXY, and MOCK on a WebSocket API, are what runs locally');
  }
  return { ref: integrationId };
};

const makeIntegrationResponse: Make = ({ properties, id }, { gateway }) => {
  const api = gateway.api(properties.text('ApiId'));
  const integration = api.integrations.get(properties.text('IntegrationId'));
  const key = properties.text('IntegrationResponseKey');
  const templates = Object.values(properties.value('ResponseTemplates') ?? {}).map(String);
  const [template] = templates;
  if (integration?.type !== 'MOCK')
    return properties.refuse('IntegrationId', 'only mocks have responses locally');
  if (key !== '$default' && key !== '/200/')
    properties.refuse('IntegrationResponseKey', 'it must be $default or /200/');
  if (template === undefined || templates.length > 1 || /[$#]/.test(template)) {
    return properties.refuse(
      'ResponseTemplates',
      'one template without variables is what is understood locally',
    );
  }
  integration.response = template;
  properties.ignore('TemplateSelectionExpression');
  return { ref: id(7) };
};

const makeRoute: Make = ({ properties, id }, { gateway }) => {
  const api = gateway.api(properties.text('ApiId'));
  const routeId = id(7);
  const authorization = properties.optionalText('AuthorizationType') ?? 'NONE';
  if (authorization !== 'NONE' && (authorization !== 'CUSTOM' || api.protocol !== 'HTTP')) {
    properties.refuse('AuthorizationType', 'NONE, and CUSTOM on an HTTP API, are what runs locally');
  }
  const authorizerId = properties.optionalText('AuthorizerId');
  api.routes.set(routeId, {
    routeKey: properties.text('RouteKey'),
    integrationId: properties.text('Target').replace(/^integrations\//, ''),
    ...(authorizerId !== undefined && { authorizerId }),
    returnsResponse: false,
  });
  properties.expect('RouteResponseSelectionExpression', '$default');
  properties.expect('ApiKeyRequired', false);
  properties.ignore('OperationName');
  return { ref: routeId };
};

/**
 * A route answers its caller only if it has a route response.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
 */
const makeRouteResponse: Make = ({ properties, id }, { gateway }) => {
  const route = gateway.api(properties.text('ApiId')).routes.get(properties.text('RouteId'));
  properties.expect('RouteResponseKey', '$default');
  if (route) route.returnsResponse = true;
  return { ref: id(7) };
};

const makeAuthorizer: Make = ({ properties, id }, { gateway }) => {
  const { apiId, authorizers } = gateway.api(properties.text('ApiId'));
  const authorizerId = id(6);
  properties.expect('AuthorizerType', 'REQUEST');
  properties.expect('AuthorizerPayloadFormatVersion', '2.0');
  authorizers.set(authorizerId, {
    functionArn: functionArnOf(properties.text('AuthorizerUri')),
    sourceArn: arn('execute-api', `${apiId}/authorizers/${authorizerId}`),
    identitySource: properties.texts('IdentitySource'),
    // The default of the console. AWS does not document the default of CloudFormation.
    resultTtlMs: (properties.optionalNumber('AuthorizerResultTtlInSeconds') ?? 300) * 1000,
    enableSimpleResponses: properties.optionalFlag('EnableSimpleResponses') ?? false,
  });
  properties.ignore('Name');
  return { ref: authorizerId, attributes: { AuthorizerId: authorizerId } };
};

/**
 * A function is named by its ARN, or by the path of the invocation API.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-authorizer.html
 */
function functionArnOf(uri: string): string {
  return /functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

export const apiGateway: Record<string, Make> = {
  'AWS::ApiGatewayV2::Api': makeApi,
  'AWS::ApiGatewayV2::Stage': makeStage,
  'AWS::ApiGatewayV2::Integration': makeIntegration,
  'AWS::ApiGatewayV2::IntegrationResponse': makeIntegrationResponse,
  'AWS::ApiGatewayV2::Route': makeRoute,
  'AWS::ApiGatewayV2::RouteResponse': makeRouteResponse,
  'AWS::ApiGatewayV2::Authorizer': makeAuthorizer,
};
