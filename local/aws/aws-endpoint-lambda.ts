import { parseExactly } from '../json.ts';
import type { LambdaService } from '../lambda/lambda.ts';
import { parseFunctionName } from '../lambda/lambda-function.ts';
import type { AwsAnswer, AwsCall, AwsService } from './aws-call.ts';
import { AwsError } from './aws-error.ts';

/** The path of Lambda's `Invoke`. Its first group is the name or the ARN of the function, percent-encoded. */
export const invokePath = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;

/** IAM has checked the caller. A caller inside the account needs no permission of the function. */
const invoker = { principal: 'account' };

/**
 * Lambda's `Invoke` for the invocation types RequestResponse and Event. Client contexts and log tails are not
 * supported. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function createLambdaEndpoint({
  lambda,
  region,
  account,
}: {
  lambda: LambdaService;
  region: string;
  account: string;
}): AwsService {
  return async ({ authorize, body, headers, url }: AwsCall) => {
    const asked = decodeURIComponent(invokePath.exec(url.pathname)?.[1] ?? '');
    const { name, version } = parseFunctionName(asked);
    const qualifier = url.searchParams.get('Qualifier') ?? version;
    const functionArn = `arn:aws:lambda:${region}:${account}:function:${name}${qualifier ? `:${qualifier}` : ''}`;
    authorize('lambda:InvokeFunction', functionArn);

    const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
    switch (type) {
      case 'RequestResponse': {
        const { requestId, payload, functionError } = await lambda.invoke(functionArn, parse(body), invoker);
        return json(200, JSON.stringify(payload), {
          'X-Amz-Executed-Version': qualifier ?? '$LATEST',
          'x-amzn-RequestId': requestId,
          ...(functionError && { 'X-Amz-Function-Error': functionError }),
        });
      }
      case 'Event': {
        const { requestId } = lambda.invokeAsync(functionArn, parse(body), invoker);
        return json(202, '', { 'x-amzn-RequestId': requestId });
      }
      default:
        throw new AwsError(
          'InvalidParameterValueException',
          `The invocation type ${String(type)} is not supported locally. Use RequestResponse or Event.`,
        );
    }
  };
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return parseExactly(body.toString());
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${String(error)}`,
    );
  }
}

function json(status: number, body: string, headers: Record<string, string>): AwsAnswer {
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body };
}
