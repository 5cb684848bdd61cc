import type { DeliveryEnvironment } from '@belfry/functions/environment';
import { CfnOutput, CfnResource, type Stack } from 'aws-cdk-lib';
import {
  CfnIntegrationResponse,
  CfnRouteResponse,
  HttpApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** The resources of our template that MiniStack 1.5.33 does not accept, each with the reason. */
const leftOut: readonly { is(resource: CfnResource): boolean; reason: string }[] = [
  {
    is: (resource) => resource instanceof CfnRouteResponse,
    reason:
      'Its CloudFormation does not know the type. The answer of a route’s function reaches the socket without it.',
  },
  {
    is: (resource) => resource instanceof CfnIntegrationResponse,
    reason:
      'Its CloudFormation does not know the type, but its API Gateway does. `npm run deploy:emulator` creates it there from the template’s metadata. Without it a ping has no answer.',
  },
];

const endpointVariable: keyof DeliveryEnvironment = 'CONNECTIONS_ENDPOINT';

/**
 * Changes a stack so that an emulator of AWS can deploy it. It leaves out the resources that the emulator does not accept.
 * It replaces the URLs of both APIs, and the `@connections` endpoint of each function that posts, by paths of the
 * emulator's one port.
 * @param endpoint the emulator's URL. The emulator's functions and this machine must both reach it.
 */
export function fitToEmulator(stack: Stack, endpoint: string): void {
  const constructs = stack.node.findAll();
  const pathOf = ({ protocol, host }: URL, apiId: string, stageName: string) =>
    `${protocol}//${host}/_aws/execute-api/${apiId}/${stageName}`;
  const http = new URL(endpoint);
  const webSocket = new URL(endpoint.replace(/^http/, 'ws'));

  for (const construct of constructs) {
    if (CfnResource.isCfnResource(construct) && leftOut.some(({ is }) => is(construct))) leaveOut(construct);
    if (construct instanceof HttpApi) setOutput('HttpApiUrl', pathOf(http, construct.apiId, '$default'));
    if (construct instanceof WebSocketStage) {
      const { api, stageName } = construct;
      setOutput('WebSocketUrl', pathOf(webSocket, api.apiId, stageName));
      for (const poster of constructs.filter(postsToSockets)) {
        poster.addEnvironment(endpointVariable, pathOf(http, api.apiId, stageName));
      }
    }
  }
  const answers = constructs.filter((each) => each instanceof CfnIntegrationResponse);
  stack.templateOptions.metadata = {
    ...stack.templateOptions.metadata,
    IntegrationResponses: answers.map(({ integrationResponseKey, responseTemplates }) => ({
      IntegrationResponseKey: integrationResponseKey,
      ResponseTemplates: responseTemplates,
    })),
  };

  function setOutput(name: string, value: string): void {
    const output = stack.node.findChild(name);
    if (output instanceof CfnOutput) output.value = value;
  }
}

// This also drops the dependencies on the resource. Removing it from the tree would not.
function leaveOut(resource: CfnResource): void {
  Object.assign(resource, { shouldSynthesize: () => false });
}

function postsToSockets(construct: unknown): construct is LambdaFunction {
  if (!(construct instanceof LambdaFunction)) return false;
  const { defaultChild } = construct.node;
  if (!(defaultChild instanceof CfnFunction)) return false;
  const { variables = {} } = construct.stack.resolve(defaultChild.environment) ?? {};
  return endpointVariable in variables;
}
