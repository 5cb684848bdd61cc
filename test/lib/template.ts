import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { onTestFinished, vi } from 'vitest';
import { areFunctionsBuilt, buildFunctions } from '../../bin/build.ts';
import type { TokenEnvironment } from '../../functions/platform/environment.ts';

const root = join(import.meta.dirname, '../..');
const project = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));

/** A resource of a template, as far as these tests look at it. */
export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn: string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** The environment by which a construct's functions check tokens. */
export const tokenEnvironment: TokenEnvironment = {
  JWT_SECRET: 'secret',
  JWT_RULES: '[]',
};

/** The template of a stack that `define` fills, by the settings of `cdk.json`. */
export function synthesize(define: (stack: Stack) => void): Promise<Template> {
  return synthesizeApp((app) => {
    const stack = new Stack(app, 'Test');
    define(stack);
    return stack;
  });
}

/** The template of the stack that `define` makes, by the settings of `cdk.json`. */
export async function synthesizeApp(define: (app: App) => Stack): Promise<Template> {
  const [template] = await synthesizeStacks((app) => [define(app)]);
  return template;
}

/** The templates of the stacks that `define` makes, by the settings of `cdk.json`. */
export async function synthesizeStacks<Stacks extends readonly Stack[]>(
  define: (app: App) => readonly [...Stacks],
): Promise<{ [Index in keyof Stacks]: Template }> {
  if (!areFunctionsBuilt()) await buildFunctions();
  // The CDK's validation takes longer than all the rest. test/slow/templates runs it on every mode of the stack.
  vi.stubEnv('CDK_VALIDATION', 'false');
  const outdir = mkdtempSync(join(tmpdir(), 'belfry-template-'));
  try {
    const context = { ...project.context, 'aws:cdk:disable-asset-staging': true };
    const templates = define(new App({ outdir, context })).map((stack) => Template.fromStack(stack));
    // The cast: one template for each stack.
    return templates as { [Index in keyof Stacks]: Template };
  } finally {
    vi.unstubAllEnvs();
    rmSync(outdir, { recursive: true });
  }
}

/** A stack that a test makes constructs in without synthesizing it. */
export function emptyStack(props: StackProps = {}): Stack {
  // Left out, the directory is made all the same, and stays.
  const outdir = mkdtempSync(join(tmpdir(), 'belfry-template-'));
  onTestFinished(() => rmSync(outdir, { recursive: true }));
  return new Stack(new App({ outdir }), 'Test', props);
}

/** The resources of a type, by their logical ids. */
export function resourcesOf(template: Template, type: string): Record<string, Resource> {
  return Object.fromEntries(
    Object.entries(template.findResources(type)).map(([id, { Properties = {}, DependsOn = [], ...rest }]) => [
      id,
      { ...rest, Type: type, Properties, DependsOn },
    ]),
  );
}

/** The one resource of a type that `matches`, and its logical id. */
export function theResource(
  template: Template,
  type: string,
  matches: (resource: Resource & { id: string }) => boolean = () => true,
): Resource & { id: string } {
  const found = Object.entries(resourcesOf(template, type)).filter(([id, resource]) =>
    matches({ id, ...resource }),
  );
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`There are ${found.length} of ${type}, not one.`);
  return { id: only[0], ...only[1] };
}
