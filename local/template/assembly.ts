import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One resource of a CloudFormation template, its properties with intrinsics still unresolved. */
export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
}

/** The stack of a cloud assembly, as CloudFormation gets it. */
export interface Assembly {
  stackName: string;
  resources: Record<string, TemplateResource>;
  outputs: Record<string, { Value: unknown }>;
  /** The default values of the template's parameters. A local deployment gives no others. */
  parameters: Record<string, string>;
  /** The directory of the asset with this S3 key. */
  assetDirectory(s3Key: string): string;
}

interface Artifact {
  type: string;
  properties?: { templateFile?: string; file?: string; stackName?: string };
}

const understoodSections = [
  'Resources',
  'Outputs',
  'Parameters',
  'Rules',
  'Metadata',
  'Description',
  'AWSTemplateFormatVersion',
];
/** The last two and Metadata concern updates and deletions, which do not exist here. */
const understoodAttributes = [
  'Type',
  'Properties',
  'DependsOn',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
];

/**
 * Reads the output of `cdk synth`. Throws if it does not have exactly one stack, or if the template has a part that is not
 * supported: conditions, mappings, transforms, or a parameter without a default value. The error names the part.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function readAssembly(directory: string): Assembly {
  const manifest: { artifacts: Record<string, Artifact> } = readJson(join(directory, 'manifest.json'));
  const stacks = Object.entries(manifest.artifacts).filter(
    ([, { type }]) => type === 'aws:cloudformation:stack',
  );
  const [stack] = stacks;
  if (!stack || stacks.length > 1) {
    throw new Error(`${directory} holds ${stacks.length} stacks; the local runtime runs exactly one.`);
  }
  const [artifactId, { properties }] = stack;
  const template: Record<string, Record<string, unknown>> = readJson(
    join(directory, properties?.templateFile ?? `${artifactId}.template.json`),
  );
  checkTemplate(template);
  return {
    stackName: properties?.stackName ?? artifactId,
    resources: template.Resources as Assembly['resources'],
    outputs: (template.Outputs ?? {}) as Assembly['outputs'],
    parameters: parameterDefaults(template.Parameters ?? {}),
    assetDirectory: assetLookup(directory, manifest.artifacts),
  };
}

function checkTemplate(template: Record<string, Record<string, unknown>>): void {
  const refuse = (what: string) => {
    throw new Error(
      `${what} is not supported locally. Leave it out of the stack, or add it to local/template.`,
    );
  };
  for (const section of Object.keys(template)) {
    if (!understoodSections.includes(section)) refuse(`The template section ${section}`);
  }
  // This rule of the CDK checks that the account is bootstrapped. There is no account here.
  const rule = Object.keys(template.Rules ?? {}).find((name) => name !== 'CheckBootstrapVersion');
  if (rule) refuse(`The template rule ${rule}`);
  for (const [logicalId, resource] of Object.entries(template.Resources ?? {})) {
    const { Type } = resource as TemplateResource;
    const attribute = Object.keys(resource as object).find((key) => !understoodAttributes.includes(key));
    if (attribute) refuse(`${logicalId} (${Type}): the attribute ${attribute}`);
  }
}

function parameterDefaults(parameters: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => {
      const { Default } = parameter as { Default?: unknown };
      if (Default === undefined)
        throw new Error(`The template parameter ${name} has no default value. Give it one.`);
      return [name, String(Default)];
    }),
  );
}

function assetLookup(directory: string, artifacts: Record<string, Artifact>) {
  interface File {
    source: { path: string; packaging: string };
    destinations: Record<string, { objectKey: string }>;
  }
  const paths = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts)) {
    if (type !== 'cdk:asset-manifest' || !properties?.file) continue;
    const { files }: { files: Record<string, File> } = readJson(join(directory, properties.file));
    for (const { source, destinations } of Object.values(files)) {
      for (const { objectKey } of Object.values(destinations))
        paths.set(objectKey, join(directory, source.path));
    }
  }
  return (s3Key: string) => {
    const path = paths.get(s3Key);
    if (!path) throw new Error(`No asset of ${directory} is uploaded as ${s3Key}. Synthesize the app again.`);
    return path;
  };
}

/** The CDK guarantees the form of these files. The caller names the part that it reads. */
function readJson<Form>(path: string): Form {
  return JSON.parse(readFileSync(path, 'utf8')) as Form;
}
