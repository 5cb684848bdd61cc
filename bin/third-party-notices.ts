import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { BuildResult } from 'esbuild';
import type { RolldownOutput } from 'rolldown';
import { updateFile } from './update-file.ts';

/** The name of the file beside a bundle. */
const noticesFile = 'THIRD-PARTY-NOTICES.txt';

const root = join(import.meta.dirname, '..');

/**
 * Writes into a folder the licenses of the packages of others that its bundle contains. Without such packages there is no
 * file.
 *
 * @param sources the files of which the bundle has a part
 * @throws Error that names a package without a license text
 */
export function writeNotices(folder: string, sources: readonly string[]): void {
  const packages = new Set(sources.map(packageFolder).filter((found) => found !== undefined));
  const file = join(folder, noticesFile);
  if (packages.size === 0) rmSync(file, { force: true });
  else updateFile(file, Buffer.from(noticesOf([...packages].sort())));
}

/**
 * Writes the notices beside each output of a build with a metafile. Each output has a folder of its own.
 * @param sourcesBeside files of which another file in this folder has a part
 */
export function writeNoticesOf(
  { metafile }: Pick<BuildResult<{ metafile: true }>, 'metafile'>,
  sourcesBeside: (folder: string) => readonly string[] = () => [],
): void {
  for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
    const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const folder = dirname(resolve(root, output));
    writeNotices(folder, [...used.map(([input]) => resolve(root, input)), ...sourcesBeside(folder)]);
  }
}

/** The files of which a bundle of rolldown has a part. */
export function sourcesOf({ output }: RolldownOutput): string[] {
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.entries(chunk.modules) : []));
  return modules.filter(([, { renderedLength }]) => renderedLength > 0).map(([file]) => file);
}

/** The folder of the package that a file belongs to. Undefined for a file of this repository. */
function packageFolder(file: string): string | undefined {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

/** Each license once, below the packages that come under it. */
function noticesOf(folders: readonly string[]): string {
  const namesByText = new Map<string, string[]>();
  for (const folder of folders) {
    const { name, version, license } = manifestIn(folder);
    const text = licenseIn(folder);
    namesByText.set(text, [...(namesByText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...namesByText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  return ['The code beside this file contains the following packages.\n', ...parts].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
}

function manifestIn(folder: string): { name: string; version: string; license?: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * The license of a package: its file, or the last section of its README. Some packages only name a license, whose standard
 * text is in `license-texts` then. A NOTICE, which the Apache License wants to be passed on, follows.
 */
function licenseIn(folder: string): string {
  const files = globSync(['{LICENSE,LICENCE,license,licence}{,.*}', 'NOTICE{,.*}'], { cwd: folder }).sort();
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  if (files.some((file) => /^licen[cs]e/i.test(file))) return cleaned(texts.join('\n\n'));
  const { name, version, license } = manifestIn(folder);
  const standard = join(import.meta.dirname, 'license-texts', `${license}.txt`);
  const text = sectionIn(folder) ?? (existsSync(standard) ? readFileSync(standard, 'utf8') : undefined);
  if (text !== undefined) return cleaned([text, ...texts].join('\n\n'));
  throw new Error(
    `The package ${name} ${version} has no license text, and bin/license-texts has no ${license}.txt. Add that text, or use another package.`,
  );
}

/** The section of a README about the license, if it is a whole license and not only its name. */
function sectionIn(folder: string): string | undefined {
  const [readme] = globSync('{README,readme,Readme}.md', { cwd: folder });
  const content = readme === undefined ? '' : readFileSync(join(folder, readme), 'utf8');
  const [, section = ''] = content.split(/^#+ *licen[cs]e\s*$/im);
  return /WARRANT/.test(section) ? section : undefined;
}

const cleaned = (text: string): string =>
  text
    .replaceAll('\r', '')
    .replace(/[ \t]+$/gm, '')
    .trim();
