import { readFileSync } from 'node:fs';
import { isRecord, parseJson } from '@belfry/local/json';
import { nearest } from 'belfry-cdk/nearest';

/** The outputs that the check uses. Each may be missing, except the addresses of both APIs. */
export interface InstallationOutputs {
  HttpApiUrl: string;
  WebSocketUrl: string;
  CreateFunctionName?: string;
  EventBusName?: string;
  CreateQueueUrl?: string;
  CreateDeadLettersUrl?: string;
  JwtSecretArn?: string;
  /** Only of `npm start` and of an emulator. */
  AwsEndpointUrl?: string;
  /** Only of `npm start` and of an emulator. A secret. */
  JwtSecret?: string;
}

/** The installation to check, as its outputs describe it. */
export interface Installation {
  /** What a person calls it: its stack, or the file. */
  name: string;
  outputs: InstallationOutputs;
  /** The AWS region that the outputs name. Undefined: they name none. */
  region: string | undefined;
}

/** Both addresses make an installation. */
const needed = ['HttpApiUrl', 'WebSocketUrl'] as const;

/**
 * Reads an installation from a file of outputs: one of `cdk deploy --outputs-file`, which has the outputs of each stack by
 * its name, or one of `npm start`, which has the outputs alone.
 * @param stack the stack to take. Left out: the only one that has both addresses
 * @throws Error that says what is wrong with the file, and what to do
 */
export function readInstallation(file: string, stack?: string): Installation {
  const content = contentOf(file);
  if (isRecord(content) && needed.every((name) => name in content)) return installationOf(file, content);
  const stacks = Object.entries(isRecord(content) ? content : {}).filter(([, outputs]) =>
    needed.every((name) => isRecord(outputs) && name in outputs),
  );
  const names = stacks.map(([name]) => name);
  const [found, ...others] = stacks.filter(([name]) => stack === undefined || name === stack);
  if (found && others.length === 0) return installationOf(...found);
  if (found)
    throw new Error(
      `${file} has ${names.length} installations. Choose one: --stack ${names.join(' or --stack ')}.`,
    );
  if (names.length === 0) {
    throw new Error(
      `${file} has no stack with the outputs ${needed.join(' and ')}. Give the file that npm run deploy has written. In a stack of your own, add both outputs: docs/deploy.md#in-a-stack-of-your-own.`,
    );
  }
  const meant = nearest(stack ?? '', names) ?? names.join(' or --stack ');
  throw new Error(`${file} has no installation ${JSON.stringify(stack)}. Did you mean --stack ${meant}?`);
}

function contentOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(
      `${file} cannot be read. npm run deploy writes cdk-outputs.json, npm start writes .local/outputs.json: name one by --outputs.`,
    );
  }
  const content = parseJson(text);
  if (content !== undefined) return content;
  throw new Error(`${file} is not JSON. Give the file that npm run deploy has written.`);
}

function installationOf(name: string, content: unknown): Installation {
  const texts = Object.entries(isRecord(content) ? content : {}).filter(
    ([, value]) => typeof value === 'string',
  );
  // The cast: both addresses are there, and every value is a text.
  const outputs = Object.fromEntries(texts) as unknown as InstallationOutputs;
  checkUrl('HttpApiUrl', outputs.HttpApiUrl, /^https?:$/);
  checkUrl('WebSocketUrl', outputs.WebSocketUrl, /^wss?:$/);
  // A stage may end in a slash, and each path begins with one.
  outputs.HttpApiUrl = outputs.HttpApiUrl.replace(/\/+$/, '');
  return { name, outputs, region: regionIn(outputs) };
}

function checkUrl(name: string, text: string | undefined, scheme: RegExp): void {
  if (scheme.test(URL.parse(text ?? '')?.protocol ?? '')) return;
  throw new Error(
    `The output ${name} must be ${name === 'HttpApiUrl' ? 'an https' : 'a wss'} URL; it is ${JSON.stringify(text)}. Deploy again, or correct the file.`,
  );
}

/** The region of the installation, so that the region of the shell does not matter. */
function regionIn({ CreateQueueUrl, JwtSecretArn, HttpApiUrl }: InstallationOutputs): string | undefined {
  const [, byQueue] = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(CreateQueueUrl ?? '') ?? [];
  const [, byApi] = /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(HttpApiUrl) ?? [];
  return byQueue ?? byApi ?? (JwtSecretArn?.split(':')[3] || undefined);
}

/** Where a person finds the log of a function. */
export function logOf({ name, outputs }: Installation, functionName: string): string {
  return outputs.AwsEndpointUrl === undefined
    ? `the CloudWatch log group of ${name} with ${functionName}Logs in its name`
    : 'the output of npm start, or the logs of the emulator';
}
