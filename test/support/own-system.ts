import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { synthesize } from '../../local/command-line/synthesize.ts';
import { type LocalSystem, type SystemOptions, startSystem } from '../../local/system.ts';
import { createInstallation, type Installation } from './installation.ts';
import { createMovingClock, type MovingClock } from './moving-clock.ts';
import type { InstallationOutputs } from './running-system.ts';

/** A system that one test file has for itself, with the insides that `installation` hides. */
export interface OwnSystem {
  system: LocalSystem;
  belfry: Installation;
  /** The system's time: gateway, functions and tables go by it. */
  clock: MovingClock;
  /**
   * Waits for what comes only later by the system's time, which goes on by `stepMs` again and again meanwhile. It stands
   * still while a function runs: the function would have spent that time.
   */
  later<Value>(stepMs: number, coming: Promise<Value>): Promise<Value>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** The name of a resource that no output names: the runtime calls it by its stack and its logical id, which has this part. */
export function nameOfResource(type: string, part: string): string {
  const file = join(inject('assemblyDirectory'), 'Belfry.template.json');
  const { Resources } = JSON.parse(readFileSync(file, 'utf8'));
  const [id] = Object.keys(Resources).filter((each) => Resources[each].Type === type && each.includes(part));
  if (id === undefined) throw new Error(`The template has no ${type} whose id has ${part} in it.`);
  return `Belfry-${id}`;
}

/** What a system of one's own may have of its own: what `cdk deploy -c name=value` would give, and a reader of its report. */
export interface OwnSystemOptions extends Pick<SystemOptions, 'report' | 'durable'> {
  context?: Record<string, string>;
}

/** Runs the template once more, so that a test may count, move and break what others rely on. */
export async function startOwnSystem({ context, ...options }: OwnSystemOptions = {}): Promise<OwnSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-own-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const assemblyDirectory = context ? join(directory, 'cdk.out') : inject('assemblyDirectory');
    if (context) await synthesize(assemblyDirectory, context);
    const clock = createMovingClock();
    const system = await startSystem({
      assemblyDirectory,
      stateDirectory: join(directory, 'state'),
      ports: { http: 0, socket: 0, aws: 0, postgres: 0 },
      durable: false,
      clock,
      ...options,
    });
    const stop = async () => {
      await system.stop();
      await remove();
    };
    const belfry = createInstallation(outputsOf(system), clock);
    return { system, belfry, clock, later: laterBy(clock, system), stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Without a secret where an issuer signs the tokens. */
function outputsOf({ outputs, awsEndpointUrl, secret }: LocalSystem): InstallationOutputs {
  const secrets = 'JwtSecretArn' in outputs ? { JwtSecret: secret('JwtSecretArn') } : {};
  // The cast: a test without a secret signs no token with it.
  return { ...outputs, AwsEndpointUrl: awsEndpointUrl, ...secrets } as InstallationOutputs;
}

function laterBy(clock: MovingClock, { lambda }: LocalSystem): OwnSystem['later'] {
  return (stepMs, coming) => {
    const moving = setInterval(() => {
      if (lambda.running() === 0) clock.advance(stepMs);
    }, 20);
    return coming.finally(() => clearInterval(moving));
  };
}
