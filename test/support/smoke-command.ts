import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import { checkInstallation } from '../../bin/smoke/check.ts';
import { chooseDoor } from '../../bin/smoke/doors.ts';
import type { Installation, InstallationOutputs } from '../../bin/smoke/installation.ts';
import type { RunOptions } from '../../bin/smoke/run.ts';
import { silentScreen } from '../../bin/smoke/screen.ts';
import { createSteps, type StepResult } from '../../bin/smoke/step-runner.ts';
import { signingSource } from '../../bin/smoke/token.ts';
import { keepLog } from './kept-log.ts';
import { patience } from './patience.ts';

const root = join(import.meta.dirname, '../..');

/** How `npm run smoke` is run. */
export interface SmokeRun {
  options?: readonly string[];
  /** In addition to the variables of this process, less those of AWS. */
  env?: Record<string, string>;
  /** What it can read from standard input. */
  stdin?: string;
}

/** What `npm run smoke` has printed, and its status. */
export interface SmokeRan {
  status: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs `npm run smoke` with a file of these outputs. The log of the run keeps what it prints, so that a token or a secret
 * in it fails the run.
 */
export async function smoke(
  outputs: object,
  { options = [], env = {}, stdin = '' }: SmokeRun = {},
): Promise<SmokeRan> {
  const directory = mkdtempSync(join(tmpdir(), 'belfry-smoke-'));
  const file = join(directory, 'outputs.json');
  writeFileSync(file, JSON.stringify(outputs));
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS_|BELFRY_)/.test(name));
  const child = spawn(process.execPath, ['bin/smoke.ts', '--outputs', file, ...options], {
    cwd: root,
    env: {
      ...Object.fromEntries(own),
      // Nothing of the person's own configuration.
      ...{ AWS_CONFIG_FILE: join(directory, 'none'), AWS_SHARED_CREDENTIALS_FILE: join(directory, 'none') },
      ...{ AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1' },
      ...env,
    },
  });
  child.stdin.end(stdin);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  rmSync(directory, { recursive: true });
  const log = keepLog(inject('logDirectory'));
  for (const message of `${stdout}\n${stderr}`.split('\n')) log.report({ source: 'npm run smoke', message });
  return { status, stdout, stderr };
}

/** What to check in this process, as the command does. */
export interface SmokeCheck extends Partial<Pick<RunOptions, 'origin' | 'waitMs'>> {
  door?: string;
  /** Default: one that is signed for a new user with the secret of the installation. */
  token?: string;
  /** Gets what a step waits for. */
  onNote?: (text: string) => void;
}

/** Runs the check of `npm run smoke` in this process, which is faster than the command. */
export async function smokeCheck(outputs: InstallationOutputs, options: SmokeCheck = {}) {
  const { door = 'invoke', token, origin, waitMs = patience.timeout, onNote: note = () => {} } = options;
  const log = keepLog(inject('logDirectory'));
  const installation: Installation = { name: 'Belfry', outputs, region: 'us-east-1' };
  const steps = createSteps(
    { ...silentScreen, note },
    {
      interrupted: new AbortController().signal,
      conceal: (text) => text,
    },
  );
  const findTokens = async () =>
    token === undefined
      ? signingSource(installation, { user: randomUUID(), waitMs, keep: log.secret })
      : { kind: 'given', token: async () => token };
  const chosen = chooseDoor(installation, door);
  const way = await checkInstallation({ installation, door: chosen, origin, waitMs, findTokens }, steps);
  const named = (status: StepResult['status']) =>
    steps.results.filter((step) => step.status === status).map(({ name }) => name);
  for (const { name, detail } of steps.results) log.report({ source: name, message: detail });
  return {
    way,
    failed: named('failed'),
    skipped: named('skipped'),
    passed: named('passed'),
    /** What a step says, with its remedies. */
    said(name: string): string {
      const { detail = '', remedies = [] } = steps.results.find((step) => step.name === name) ?? {};
      return [detail, ...remedies].join('\n');
    },
  };
}
