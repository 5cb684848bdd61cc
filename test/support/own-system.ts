import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { LocalSystem, SystemOptions } from '../../local/system.ts';
import { createInstallation, type Installation } from './installation.ts';
import { keepLog } from './kept-log.ts';
import { createMovingClock, type MovingClock } from './moving-clock.ts';
import { type Settings, templateOf } from './templates.ts';
import { startWatchedSystem } from './watched-system.ts';

/** A system that one test file has for itself, with the insides that `installation` hides. */
export interface OwnSystem {
  system: LocalSystem;
  belfry: Installation;
  /** The system's time: gateway, functions and tables go by it. */
  clock: MovingClock;
  /** The template. Other systems run it too, so a test only reads it. */
  assemblyDirectory: string;
  /**
   * Waits for what comes only later by the system's time, and meanwhile advances this time by `stepMs` again and again.
   * The time stands still while a function runs: the function would have spent that time.
   */
  later<Value>(stepMs: number, coming: Promise<Value>): Promise<Value>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

export interface OwnSystemOptions
  extends Pick<
    SystemOptions,
    'report' | 'durable' | 'anyUser' | 'maxEnvironments' | 'accountConcurrency' | 'schedules'
  > {
  /** The settings of its stack. Default: those of `templateOf`. */
  context?: Settings;
  /** The directory of a template that another app has made. Default: that of the stack with these settings. */
  assemblyDirectory?: string;
  /** Where its lines are kept. Default: where those of the whole run are. */
  logDirectory?: string;
}

/** Runs a template for one test file, which may count, move and break what others rely on. */
export async function startOwnSystem({
  context,
  assemblyDirectory: given,
  logDirectory = inject('logDirectory'),
  ...options
}: OwnSystemOptions = {}): Promise<OwnSystem> {
  const assemblyDirectory = given ?? (await templateOf(context));
  const directory = await mkdtemp(join(tmpdir(), 'belfry-own-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
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
