import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { onTestFinished } from 'vitest';
import { type LocalSystem, type SystemOptions, startSystem } from '../../local/system.ts';
import { type KeptReport, keepReport } from './keep-report.ts';

export interface TemplateParts {
  Resources: Record<string, unknown>;
  Outputs?: Record<string, { Value: unknown }>;
  [section: string]: unknown;
}

/** A directory of its own for a test, gone after it. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'belfry-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a cloud assembly; `code` holds the source of an ES module by the name that `aFunction` calls it. */
export function writeAssembly(template: TemplateParts, code: Record<string, string> = {}): string {
  const directory = temporaryDirectory();
  const files = Object.entries(code).map(([name, source]) => {
    buildSync({
      stdin: { contents: source, resolveDir: import.meta.dirname },
      outfile: join(directory, `asset.${name}`, 'index.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: {
        js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
      },
    });
    const destinations = { here: { objectKey: `${name}.zip` } };
    return [name, { source: { path: `asset.${name}`, packaging: 'zip' }, destinations }];
  });
  const artifacts = {
    'test.assets': { type: 'cdk:asset-manifest', properties: { file: 'test.assets.json' } },
    test: { type: 'aws:cloudformation:stack', properties: { templateFile: 'test.template.json' } },
  };
  mkdirSync(directory, { recursive: true });
  const write = (file: string, content: unknown) =>
    writeFileSync(join(directory, file), JSON.stringify(content));
  write('manifest.json', { artifacts });
  write('test.template.json', template);
  write('test.assets.json', { files: Object.fromEntries(files) });
  return directory;
}

/** The role and the function of that logical id; `code` names its source. */
export function aFunction(
  logicalId: string,
  code: string,
  {
    environment = {},
    statements = [],
    ...properties
  }: Record<string, unknown> & { statements?: unknown[] } = {},
): Record<string, unknown> {
  const document = { Version: '2012-10-17', Statement: statements };
  return {
    [`${logicalId}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyName: 'Inline', PolicyDocument: document }] },
    },
    [logicalId]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'assets', S3Key: `${code}.zip` },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Timeout: 20,
        Role: { 'Fn::GetAtt': [`${logicalId}Role`, 'Arn'] },
        Environment: { Variables: environment },
        ...properties,
      },
    },
  };
}

export interface Running extends Pick<KeptReport, 'expectDenial'> {
  system: LocalSystem;
  reported: KeptReport['entries'];
}

/**
 * Runs a template on free ports until the test ends.
 * @param options with `denied`: the action whose denial stops the start
 */
export async function runTemplate(
  template: TemplateParts,
  code?: Record<string, string>,
  { denied, ...options }: Partial<SystemOptions> & { denied?: string | undefined } = {},
): Promise<Running> {
  const log = keepReport();
  if (denied !== undefined) log.expectDenial(denied);
  const system = await startSystem({
    assemblyDirectory: writeAssembly(template, code),
    stateDirectory: join(temporaryDirectory(), 'state'),
    ports: { http: 0, socket: 0, aws: 0, postgres: 0 },
    durable: false,
    report: log.report,
    ...options,
  });
  log.secret(...system.secrets());
  onTestFinished(() => system.stop());
  return { system, reported: log.entries, expectDenial: log.expectDenial };
}
