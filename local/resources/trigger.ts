import { functionOf, type Make, requireGrants } from './resource.ts';

/**
 * Runs a function in the course of the deployment, once all that the trigger depends on is made. In the cloud CDK's
 * provider function does this; here the provider's role must allow it, and the function is run directly. An
 * `InvocationType` of Event is awaited too, so that what comes after finds it done.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.triggers-readme.html
 */
const makeTrigger: Make = async ({ properties, logicalId }, services) => {
  const handlerArn = properties.text('HandlerArn');
  const { name } = functionOf(services, handlerArn).spec;
  requireGrants(services, properties.text('ServiceToken'), ['lambda:InvokeFunction'], handlerArn);
  // The function's own time-out holds; it is never longer than the trigger's.
  properties.ignore('InvocationType', 'Timeout', 'ExecuteOnHandlerChange');
  services.onProgress(`trigger ${logicalId}`);
  const { functionError, payload } = await services.lambda.invoke(handlerArn, {}, { principal: 'account' });
  if (functionError) throw new Error(`function ${name} failed: ${errorMessageOf(payload)}`);
  services.report({ source: 'trigger', level: 'debug', message: `${logicalId}: ${name} succeeded` });
  return { ref: logicalId };
};

function errorMessageOf(payload: unknown): string {
  const message =
    typeof payload === 'object' && payload && 'errorMessage' in payload ? payload.errorMessage : payload;
  return String(message);
}

export const trigger: Record<string, Make> = { 'Custom::Trigger': makeTrigger };
