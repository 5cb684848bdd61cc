import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { synthesize } from '../../local/command-line/synthesize.ts';
import type { LocalSystem, SystemOptions } from '../../local/system.ts';
import { createInstallation, type Installation } from './installation.ts';
import { keepLog } from './kept-log.ts';
import { createMovingClock, type MovingClock } from './moving-clock.ts';
import { startWatchedSystem } from './watched-system.ts';

/** A system that one test file has for itself, with the insides that `installation` hides. */
export interface OwnSystem {
  system: LocalSystem;
  belfry: Installation;
  /** The system's time: gateway, functions and tables go by it. */
  clock: MovingClock;
  /** What was synthesized. */
  assemblyDirectory: string;
  /**
   * Waits for what comes only later by the system's time, which goes on by `stepMs` again and again meanwhile. It stands
   * still while a function runs: the function would have spent that time.
   */
  later<Value>(stepMs: number, coming: Promise<Value>): Promise<Value>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/**
 * The name of a resource that no output names: the runtime calls it by its stack and its logical id, which has this part.
 * @param assemblyDirectory the template; left out, the one that every test can run
 */
export function nameOfResource(
  type: string,
  part: string,
  assemblyDirectory = inject('assemblyDirectory'),
): string {
  const file = join(assemblyDirectory, 'Belfry.template.json');
  const { Resources } = JSON.parse(readFileSync(file, 'utf8'));
  const [id] = Object.keys(Resources).filter((each) => Resources[each].Type === type && each.includes(part));
  if (id === undefined) throw new Error(`The template has no ${type} whose id has ${part} in it.`);
  return `Belfry-${id}`;
}

/** What a system of one's own may have of its own: what `cdk deploy -c name=value` would give, and a reader of its report. */
export interface OwnSystemOptions extends Pick<SystemOptions, 'report' | 'durable'> {
  context?: Record<string, string>;
  /** Where its lines are kept; left out, where those of the whole run are. */
  logDirectory?: string;
}

/** Runs the template once more, so that a test may count, move and break what others rely on. */
export async function startOwnSystem({
  context,
  logDirectory = inject('logDirectory'),
  ...options
}: OwnSystemOptions = {}): Promise<OwnSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-own-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const assemblyDirectory = context ? join(directory, 'cdk.out') : inject('assemblyDirectory');
    if (context) await synthesize(assemblyDirectory, context);
    const clock = createMovingClock();
    const log = keepLog(logDirectory);
    const { system, outputs } = await startWatchedSystem({
      assemblyDirectory,
      stateDirectory: join(directory, 'state'),
      clock,
      log,
      ...options,
    });
    const stop = async () => {
      await system.stop();
      await remove();
    };
    const belfry = createInstallation(outputs, { clock, log });
    return { system, belfry, clock, assemblyDirectory, later: laterBy(clock, system), stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

function laterBy(clock: MovingClock, { lambda }: LocalSystem): OwnSystem['later'] {
  return (stepMs, coming) => {
    const moving = setInterval(() => {
      if (lambda.running() === 0) clock.advance(stepMs);
    }, 20);
    return coming.finally(() => clearInterval(moving));
  };
}
