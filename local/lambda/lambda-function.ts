import { randomUUID } from 'node:crypto';
import type { Credentials } from '../aws/iam.ts';

/** A function as its template describes it. */
export interface FunctionSpec {
  name: string;
  arn: string;
  /** `<file without ending>.<export>`, such as `index.handler`. */
  handler: string;
  /** The unpacked bundle: `<file>.mjs`, else `.js`, else `.cjs`. */
  codeDirectory: string;
  /** The variables of the function. A name that Lambda reserves is refused. */
  environment: Record<string, string>;
  timeoutMs: number;
  memoryMb: number;
  /** How `console` writes. Default: `Text`. */
  logFormat?: 'JSON' | 'Text';
  /** Default: `/aws/lambda/<name>`. */
  logGroup?: string;
  credentials: Credentials;
  /** The most requests at once. One beyond them is throttled. Left out: what other functions leave of the account's. */
  reservedConcurrency?: number;
  /** 0 to 2. Default: 2. */
  asyncMaxRetries?: number;
  /** Default: 6 hours. */
  asyncMaxEventAgeMs?: number;
  /** The SQS queue that gets a record when the last try of an asynchronous invocation has failed. */
  onFailureArn?: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const reservedVariables =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_(ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** @throws Error if the function sets a variable that Lambda reserves */
export function checkVariables({ name, environment }: FunctionSpec): void {
  const reserved = Object.keys(environment).filter((key) => reservedVariables.test(key));
  if (reserved.length === 0) return;
  throw new Error(
    `Function ${name}: Lambda reserves the environment variables ${reserved.join(', ')}. Rename them.`,
  );
}

/**
 * The environment variables of a new process: those of the function and those of Lambda, without the local ones.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function variablesOf(
  spec: FunctionSpec,
  { region, now }: { region: string; now: number },
): Record<string, string> {
  const { logFormat = 'Text', logGroup = `/aws/lambda/${spec.name}` } = spec;
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    // This directory does not exist, as on Lambda. In a real home, the AWS SDK and pg would read the developer's settings.
    HOME: '/home/sbx_user1051',
    ...spec.environment,
    _HANDLER: spec.handler,
    LAMBDA_TASK_ROOT: spec.codeDirectory,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: logFormat,
    // The default of the JSON format: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    ...(logFormat === 'JSON' && { AWS_LAMBDA_LOG_LEVEL: 'INFO' }),
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    AWS_ACCESS_KEY_ID: spec.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: spec.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: spec.credentials.sessionToken,
  };
}

/** `name`, `name:version`, or a whole or partial ARN; https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function parseFunctionName(nameOrArn: string): { name: string; version: string | undefined } {
  const afterKind = nameOrArn.includes(':function:') ? nameOrArn.split(':function:')[1] : nameOrArn;
  const [name = '', version] = (afterKind ?? '').split(':');
  return { name, version };
}

export function isVersion(version: string | undefined): boolean {
  return version === undefined || version === '$LATEST' || /^[1-9]\d*$/.test(version);
}
