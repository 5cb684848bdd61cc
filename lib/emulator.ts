import type { DeliveryEnvironment } from '@belfry/functions/environment';
import { CfnOutput, CfnResource, type Stack } from 'aws-cdk-lib';
import {
  CfnIntegrationResponse,
  CfnRouteResponse,
  HttpApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** What MiniStack (seen with 1.5.33) cannot take of our template, each with the reason. */
const leftOut: readonly { is(resource: CfnResource): boolean; reason: string }[] = [
  {
    is: (resource) => resource instanceof CfnRouteResponse,
    reason:
      'Its CloudFormation does not know the type. What a route’s function answers reaches the socket without it.',
  },
  {
    is: (resource) => resource instanceof CfnIntegrationResponse,
    reason:
      'Its CloudFormation does not know the type, its API Gateway does: `npm run deploy:emulator` makes it by that from the template’s metadata, or a ping would have no answer.',
  },
  {
    is: (resource) => resource instanceof CfnAlarm && resource.metrics !== undefined,
    reason: 'Its alarms know no metric math.',
  },
];

const endpointVariable: keyof DeliveryEnvironment = 'CONNECTIONS_ENDPOINT';

/**
 * Fits a whole stack to an emulator of AWS: leaves out what it cannot take, and replaces the addresses that only AWS has
 * (both APIs' URLs, and the `@connections` of each function that posts) by paths of the emulator's one port.
 * @param endpoint the emulator's URL, which its functions and this machine must both reach
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

// Dependencies on it fall away with it, which they would not if it were removed from the tree.
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
