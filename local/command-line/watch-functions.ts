import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, type FSWatcher, readFileSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import type { LambdaService } from '../lambda/lambda.ts';
import type { Report } from '../report.ts';

const root = join(import.meta.dirname, '../..');

/** What the builder sends after each build: `watchFunctions` in bin/build.ts describes it. */
type WatchedBuild =
  | { kind: 'built'; directories: string[]; templateSources: string[]; tookMs: number }
  | { kind: 'failed'; errors: string[] };

/** What the template is made of, and the migrations that a deployment runs. A change takes effect at the next start. */
const templateSources = ['lib', 'bin', 'migrations', 'cdk.json'];

type Functions = Pick<LambdaService, 'functions' | 'replaceCode'>;

/** Builds the functions again whenever one of their sources changes. */
export interface FunctionWatch {
  /**
   * From now on, replaces the code of each function whose bundle changes, and reports what was swapped, what does not
   * build, and which changes need a restart.
   */
  begin(lambda: Functions, report: Report): void;
  stop(): void;
}

/**
 * Starts the builder, and resolves after its first build.
 * @throws Error with the first line that does not build
 */
export async function watchFunctions(): Promise<FunctionWatch> {
  const builder = fork(join(root, 'bin/build.ts'), ['--watch'], { cwd: root });
  const watchers: FSWatcher[] = [];
  const { promise: first, resolve, reject } = Promise.withResolvers<WatchedBuild>();
  let onBuild: (build: WatchedBuild) => void = resolve;
  let onExit = () => reject(new Error('The builder of the functions ended before its first build.'));
  builder.on('message', (build: WatchedBuild) => onBuild(build));
  builder.once('error', reject);
  builder.once('exit', () => onExit());

  function stop(): void {
    onExit = () => {};
    builder.kill();
    for (const watcher of watchers) watcher.close();
  }

  const build = await first;
  if (build.kind === 'failed') {
    stop();
    throw new Error(`The functions do not build: ${build.errors[0]}`);
  }
  return {
    stop,
    begin(lambda, report) {
      const say = (level: 'info' | 'warn' | 'error', message: string) =>
        report({ source: 'build', level, message });
      const namesIn = functionsByBundle(build.directories, lambda);
      onExit = () =>
        say('error', 'The builder of the functions has ended. Restart npm start to build changes again.');
      onBuild = (next) => {
        if (next.kind === 'failed') {
          for (const error of next.errors) say('error', `${error}. The last good bundles stay in service.`);
        } else {
          const swapped = next.directories.filter((directory) => swap(directory, namesIn(directory), lambda));
          const what = swapped.map((directory) => basename(directory)).join(', ');
          if (swapped.length > 0) say('info', `swapped ${what} in ${next.tookMs} ms`);
        }
      };
      const warn = onceEach((file) =>
        say(
          'warn',
          `${file} has changed, and the template depends on it. Press Ctrl-C and run npm start again.`,
        ),
      );
      for (const source of [...templateSources, 'functions']) {
        const watcher = watch(join(root, source), { recursive: true }, (_, file) => {
          const changed = file === null || file === source ? source : join(source, file);
          if (source !== 'functions' || build.templateSources.includes(changed)) warn(changed);
        });
        watchers.push(watcher);
      }
      builder.send('watch');
    },
  };
}

/**
 * The names of the functions that run a bundle, by its directory. The template names copies of the directories, so a
 * function belongs to the directory that holds the same code.
 */
function functionsByBundle(directories: string[], { functions }: Functions): (directory: string) => string[] {
  const directoryOf = new Map(directories.map((directory) => [digestOf(directory), directory]));
  const names = new Map<string, string[]>();
  for (const { name, codeDirectory } of functions()) {
    const directory = directoryOf.get(digestOf(codeDirectory));
    if (directory !== undefined) names.set(directory, [...(names.get(directory) ?? []), name]);
  }
  return (directory) => names.get(directory) ?? [];
}

function digestOf(directory: string): string | undefined {
  const file = join(directory, 'index.js');
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
}

/** Whether there is a function that runs this bundle. */
function swap(directory: string, names: string[], lambda: Functions): boolean {
  for (const { name, codeDirectory } of lambda.functions().filter((each) => names.includes(each.name))) {
    lambda.replaceCode(name, withPolicyOf(codeDirectory, directory));
  }
  return names.length > 0;
}

/** A bundle, or if the code before has a policy beside it, a copy of the bundle with that policy. */
function withPolicyOf(before: string, bundle: string): string {
  const policy = join(before, 'policy.json');
  if (!existsSync(policy)) return bundle;
  // The assembly itself stays as it is: the CDK takes a directory with the hash of its content as done.
  const copy = `${before.replace(/\.swapped$/, '')}.swapped`;
  cpSync(bundle, copy, { recursive: true });
  if (copy !== before) cpSync(policy, join(copy, 'policy.json'));
  return copy;
}

/** Passes each text on once, since one save of an editor causes several events. */
function onceEach(pass: (text: string) => void): (text: string) => void {
  const passed = new Set<string>();
  return (text) => {
    if (passed.has(text)) return;
    passed.add(text);
    pass(text);
  };
}
