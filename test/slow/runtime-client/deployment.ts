import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { FunctionSpec } from '../../../local/lambda/lambda-function.ts';

/** The functions of the template, by a part of their logical ids, with the environment that CloudFormation gives them. */
export interface Deployment {
  functionOf(part: string): FunctionSpec;
}

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

/** What functions use, and moto's CloudFormation knows. */
const deployed = ['AWS::DynamoDB::Table', 'AWS::SQS::Queue'];

/**
 * Deploys the tables and the queues of a template into moto, whose CloudFormation also resolves the variables of the
 * functions. A reference to any other resource becomes a parameter with its logical id, which is the name of a secret too.
 * So nothing of the local runtime reads the template here.
 *
 * @param databaseUrls the connection strings of the secret `belfry/database`
 * @param overrides variables that lead to servers of the test
 */
export async function deployInto(
  endpoint: string,
  assembly: string,
  {
    databaseUrls,
    overrides,
    credentials,
  }: {
    databaseUrls: Record<string, string>;
    overrides: Record<string, string>;
    credentials: FunctionSpec['credentials'];
  },
): Promise<Deployment> {
  const client = { endpoint, region: 'us-east-1', credentials };
  const secrets = new SecretsManagerClient(client);
  await secrets.send(
    new CreateSecretCommand({ Name: 'belfry/database', SecretString: JSON.stringify(databaseUrls) }),
  );

  const template: { Resources: Record<string, Resource> } = JSON.parse(
    readFileSync(join(assembly, 'Belfry.template.json'), 'utf8'),
  );
  const all = Object.entries(template.Resources);
  for (const [Name] of all.filter(([, { Type }]) => Type === 'AWS::SecretsManager::Secret')) {
    await secrets.send(new CreateSecretCommand({ Name, SecretString: randomBytes(32).toString('hex') }));
  }
  const functions = all.filter(
    ([, { Type, Properties }]) => Type === 'AWS::Lambda::Function' && Properties.Environment,
  );
  const stack = stackOf(
    all.filter(([, { Type }]) => deployed.includes(Type)),
    functions,
  );
  const formation = new CloudFormationClient(client);
  await formation.send(new CreateStackCommand({ StackName: 'Belfry', TemplateBody: JSON.stringify(stack) }));
  const { Stacks: [{ Outputs = [] } = {}] = [] } = await formation.send(
    new DescribeStacksCommand({ StackName: 'Belfry' }),
  );
  const outputs = new Map(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));

  const specs = new Map<string, FunctionSpec>();
  for (const [logicalId, { Properties }] of functions) {
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    const environment: Record<string, string> = {};
    for (const [index, [name, value]] of Object.entries(Variables).entries()) {
      const text = typeof value === 'string' ? value : outputs.get(outputOf(logicalId, index));
      if (text === undefined) throw new Error(`Moto has not resolved ${name} of ${logicalId}.`);
      const local = text.replace(/^https:\/\/sqs\.us-east-1\.amazonaws\.com(?=\/)/, endpoint);
      environment[name] = overrides[name] ?? (await withSecrets(secrets, local));
    }
    environment.AWS_ENDPOINT_URL = endpoint;
    specs.set(logicalId, specOf(logicalId, Properties, { assembly, environment, credentials }));
  }
  return {
    functionOf(part) {
      const found = [...specs].filter(([logicalId]) => logicalId.includes(part));
      const [[, spec] = []] = found;
      if (!spec || found.length > 1)
        throw new Error(`${found.length} functions have "${part}" in their logical ids.`);
      return spec;
    },
  };
}

const outputOf = (logicalId: string, index: number) => `${logicalId}V${index}`;

/** A template of some resources, with the variables of functions as outputs. */
function stackOf(resources: [string, Resource][], functions: [string, Resource][]): object {
  const outputs = functions.flatMap(([logicalId, { Properties }]) => {
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    return Object.values(Variables).map((Value, index) => [outputOf(logicalId, index), { Value }] as const);
  });
  const computed = outputs.filter(([, { Value }]) => typeof Value !== 'string');
  const kept = Object.fromEntries(resources);
  const references = JSON.stringify([resources, computed]).matchAll(/\{"Ref":"(\w+)"\}/g);
  const missing = new Set([...references].map(([, name = '']) => name).filter((name) => !(name in kept)));
  const parameters = [...missing].map((name) => [name, { Type: 'String', Default: name }]);
  return {
    Parameters: Object.fromEntries(parameters),
    Resources: kept,
    Outputs: Object.fromEntries(computed),
  };
}

/**
 * The text with the values of the secrets that it refers to.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
async function withSecrets(secrets: SecretsManagerClient, text: string): Promise<string> {
  const [, SecretId, key] =
    /^\{\{resolve:secretsmanager:(.+):SecretString:([^:]*):[^:]*:[^:]*\}\}$/.exec(text) ?? [];
  if (SecretId === undefined) return text;
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  return key ? JSON.parse(SecretString)[key] : SecretString;
}

function specOf(
  logicalId: string,
  properties: Record<string, unknown>,
  { assembly, ...given }: Pick<FunctionSpec, 'environment' | 'credentials'> & { assembly: string },
): FunctionSpec {
  const { Code, Handler, MemorySize, Timeout, LoggingConfig, Runtime } = properties as {
    Code: { S3Key: string };
    Handler: string;
    MemorySize: number;
    Timeout: number;
    LoggingConfig: { LogFormat: 'JSON' | 'Text' };
    Runtime: string;
  };
  if (Runtime !== 'nodejs24.x')
    throw new Error(`${logicalId} has the runtime ${Runtime}, which this client is not for.`);
  const name = `Belfry-${logicalId}`;
  return {
    name,
    arn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    handler: Handler,
    codeDirectory: join(assembly, `asset.${Code.S3Key.replace(/\.zip$/, '')}`),
    timeoutMs: Timeout * 1000,
    memoryMb: MemorySize,
    logFormat: LoggingConfig.LogFormat,
    ...given,
  };
}
