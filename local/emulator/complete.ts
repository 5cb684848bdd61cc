import {
  ApiGatewayV2Client,
  CreateIntegrationResponseCommand,
  GetIntegrationResponsesCommand,
  GetIntegrationsCommand,
  UpdateApiCommand,
  UpdateIntegrationResponseCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { Emulator } from './settings.ts';

/** The parts of the synthesized template that this file reads. */
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
 * Completes the APIs after each deployment, by calls to API Gateway, because MiniStack's CloudFormation does not:
 * - It does not know the resource type of the answers of mock integrations.
 * - It stores CORS under names that its own API Gateway does not read, so that every preflight is refused.
 *
 * On LocalStack these calls change nothing.
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
