import {
  ApiGatewayV2Client,
  CreateIntegrationResponseCommand,
  GetIntegrationResponsesCommand,
  GetIntegrationsCommand,
  UpdateApiCommand,
  UpdateIntegrationResponseCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { Emulator } from './settings.ts';

/** The parts of the synthesized template that are read here. */
export interface EmulatorTemplate {
  Metadata: { IntegrationResponses: IntegrationResponse[] };
  Resources: Record<string, { Type: string; Properties: { CorsConfiguration?: Cors } }>;
}

interface IntegrationResponse {
  IntegrationResponseKey: string;
  ResponseTemplates: Record<string, string>;
}

interface Cors {
  AllowOrigins: string[];
  AllowMethods: string[];
  AllowHeaders: string[];
  ExposeHeaders: string[];
  MaxAge: number;
}

/** The APIs that have been deployed. */
export interface DeployedApis {
  httpApiId: string;
  webSocketApiId: string;
}

/**
 * Does by API Gateway's own calls what MiniStack's CloudFormation leaves undone, after each deployment:
 * - the answers of mock integrations, whose resource type it does not know;
 * - CORS, which it stores under names that its own API Gateway does not look for, so that every preflight is refused.
 *
 * With LocalStack it says again what is so already.
 */
export async function completeApis(
  emulator: Emulator,
  { httpApiId, webSocketApiId }: DeployedApis,
  { Metadata, Resources }: EmulatorTemplate,
): Promise<void> {
  const gateway = new ApiGatewayV2Client(emulator);
  const cors = Object.values(Resources).find(({ Properties }) => Properties?.CorsConfiguration)?.Properties;
  if (cors?.CorsConfiguration) {
    await gateway.send(new UpdateApiCommand({ ApiId: httpApiId, CorsConfiguration: cors.CorsConfiguration }));
  }
  const { Items: integrations = [] } = await gateway.send(
    new GetIntegrationsCommand({ ApiId: webSocketApiId }),
  );
  for (const { IntegrationId, IntegrationType } of integrations) {
    if (IntegrationType !== 'MOCK' || IntegrationId === undefined) continue;
    for (const response of Metadata.IntegrationResponses) {
      await putIntegrationResponse(gateway, { ApiId: webSocketApiId, IntegrationId, ...response });
    }
  }
}

async function putIntegrationResponse(
  gateway: ApiGatewayV2Client,
  response: IntegrationResponse & { ApiId: string; IntegrationId: string },
): Promise<void> {
  const { Items = [] } = await gateway.send(new GetIntegrationResponsesCommand(response));
  const { IntegrationResponseId } =
    Items.find(({ IntegrationResponseKey }) => IntegrationResponseKey === response.IntegrationResponseKey) ??
    {};
  await (IntegrationResponseId === undefined
    ? gateway.send(new CreateIntegrationResponseCommand(response))
    : gateway.send(new UpdateIntegrationResponseCommand({ ...response, IntegrationResponseId })));
}
