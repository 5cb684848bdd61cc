import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Moto: DynamoDB, its streams, SQS, Secrets Manager and CloudFormation in one process. https://docs.getmoto.org */
export interface Moto {
  endpoint: string;
  stop(): Promise<void>;
}

/** @param program the path of `moto_server` */
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
