import { Failure } from './failure.ts';
import type { Installation } from './installation.ts';
import { codeOf } from './network-remedies.ts';

/** A call to AWS that the check makes with the credentials of the person. */
export interface AwsCall {
  /** The IAM action, such as `lambda:InvokeFunction`. */
  action: string;
  /** The name, the ARN or the URL of what it calls. */
  resource: string;
  /** What the person can do without this call. */
  instead: string;
}

/** The failure of a call to AWS, by the name of the SDK's error. */
export function awsFailure(
  error: unknown,
  { action, resource, instead }: AwsCall,
  { region, name }: Installation,
): Failure {
  const code = error instanceof Error ? error.name : String(error);
  const place = `${action} on ${resource}`;
  const fails = (happened: string, ...remedies: string[]) =>
    new Failure(`${happened} (${code})`, [...remedies, instead]);
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(code)) {
    return fails(
      `There are no AWS credentials for ${place}.`,
      'Sign in as you do for npm run deploy: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
  if (/^(ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId)/.test(code)) {
    return fails(
      `AWS does not accept the credentials for ${place}.`,
      'They have expired, or belong to another partition. Sign in again.',
    );
  }
  if (/Signature|RequestExpired|RequestTimeTooSkewed/.test(code)) {
    return fails(
      `AWS does not accept the signature for ${place}.`,
      'The secret access key is wrong, or the clock of this machine is off by minutes.',
    );
  }
  if (/^(AccessDenied|Forbidden|Unauthorized|KMS)/.test(code)) {
    return fails(
      `AWS denies ${place}.`,
      `Allow ${action} on this resource to the credentials, as grantCreate of the construct does for backends.`,
      ...(action.startsWith('secretsmanager')
        ? ['If the secret has a key of your own, allow kms:Decrypt on the key too.']
        : []),
    );
  }
  if (/NotFound|NonExistent|DoesNotExist/.test(code)) {
    return fails(
      `There is no ${resource} in this account and ${region ?? 'the region of your shell'}.`,
      `The credentials are those of another account, or the outputs of ${name} are old. Compare aws sts get-caller-identity with the account that you deployed to, or deploy again.`,
    );
  }
  if (/Throttl|TooManyRequests|LimitExceeded/.test(code)) {
    return fails(
      `AWS throttles ${place}.`,
      'The concurrency of the account, or what is reserved for the function, is used up: docs/operations.md#throttles.',
    );
  }
  const reason = codeOf(error);
  if (/Abort|Timeout|ENOTFOUND|ECONN|EAI_AGAIN/i.test(`${code} ${reason}`)) {
    return fails(
      `AWS did not answer ${place}: ${reason}.`,
      `Check the network of this machine, the region (${region ?? 'none in the outputs: set AWS_REGION'}) and AWS_ENDPOINT_URL.`,
      'A function may have waited for the database. Run the check again, with more time: --wait 60.',
    );
  }
  if (/Region/.test(reason))
    return fails(`No region is known for ${place}.`, 'Set AWS_REGION to the region that you deployed to.');
  return fails(
    `AWS refused ${place}: ${error instanceof Error ? error.message : error}`,
    'Read the message of AWS.',
  );
}
