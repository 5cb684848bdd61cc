import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Installation, newUser } from '../../support/installation.ts';

export const root = join(import.meta.dirname, '../../..');

/** A folder in which a client is generated and used: with the document, and with the programs in `consumer`. */
export interface Workspace {
  directory: string;
  /** Runs a program here, and answers what it printed. Rejects with its output if it fails. */
  run(program: string, words: string[], environment?: Record<string, string>): Promise<string>;
  remove(): Promise<void>;
}

export async function createWorkspace(): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-clients-'));
  await mkdir(join(directory, 'docs'));
  await cp(join(root, 'docs/openapi.json'), join(directory, 'docs/openapi.json'));
  await cp(join(import.meta.dirname, 'consumer'), directory, { recursive: true });
  return {
    directory,
    async run(program, words, environment) {
      const env = { PATH: process.env.PATH, HOME: directory, ...environment };
      try {
        return (await promisify(execFile)(program, words, { cwd: directory, env })).stdout;
      } catch (error) {
        const { stdout = '', stderr = '' } = Object(error);
        throw new Error(`${program} failed: ${stdout}${stderr}`);
      }
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** How a program in `consumer` learns where the system is, and as whom it asks. */
export async function environmentOf(belfry: Installation): Promise<Record<string, string>> {
  const user = newUser();
  const token = await belfry.token(user, { scope: 'notifications:create' });
  return { API_URL: belfry.outputs.HttpApiUrl, TOKEN: token, USER_ID: user };
}
