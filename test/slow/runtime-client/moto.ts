import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { root } from '../../support/cached-directory.ts';

/** Moto: DynamoDB, its streams, SQS, Secrets Manager and CloudFormation in one process. https://docs.getmoto.org */
export interface Moto {
  endpoint: string;
  stop(): Promise<void>;
}

/** The program that MOTO_SERVER names, or one that is installed now. An Error says why there is none. */
export async function findMoto(): Promise<string | Error> {
  if (process.env.MOTO_SERVER) return process.env.MOTO_SERVER;
  try {
    const install = promisify(execFile)(join(root, '.ci/install-python-tool'), ['moto_server']);
    return (await install).stdout.trim();
  } catch (error) {
    const [reason] = String(Object(error).stderr || error)
      .trim()
      .split('\n')
      .slice(-1);
    return new Error(
      `moto could not be installed: ${reason}. Install Python 3 with venv, or set MOTO_SERVER`,
    );
  }
}

export async function startMoto(program: string): Promise<Moto> {
  // It ends with this process, however that ends: a shell waits for its standard input to close.
  const script = '"$0" -H 127.0.0.1 -p 0 & child=$!; read -r _; kill "$child"';
  const child = spawn('/bin/sh', ['-c', script, program], { stdio: ['pipe', 'ignore', 'pipe'] });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stderr });
  const printed: string[] = [];
  for await (const line of lines) {
    printed.push(line);
    const [, endpoint] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (endpoint === undefined) continue;
    child.stderr.resume();
    return {
      endpoint,
      async stop() {
        child.stdin.end();
        await gone;
      },
    };
  }
  throw new Error(`${program} did not start: ${printed.slice(-5).join('\n')}`);
}
