import { existsSync } from 'node:fs';
import type { Outputs } from '../../local/command-line/outputs.ts';
import type { ReportEntry } from '../../local/report.ts';
import { type LocalSystem, type SystemOptions, startSystem } from '../../local/system.ts';
import type { KeptLog } from './kept-log.ts';
import { copyMigratedState } from './migrated-state.ts';

/** The outputs that the end-to-end tests know of a system, by their names in the stack. */
export type InstallationOutputs = Omit<Outputs, 'DatabaseUrl' | 'DemoUrl'>;

/** What a test decides of a system that it starts: by default free ports, and data that a crash may cost. */
export interface WatchedSystemOptions
  extends Omit<SystemOptions, 'ports'>,
    Pick<Partial<SystemOptions>, 'ports'> {
  /** Where its report and its secrets are kept. */
  log: KeptLog;
}

/**
 * Runs a template, as each test does that runs one. Keeps every report entry of the system, and every secret that no
 * entry may hold. A new state directory begins with a migrated database.
 */
export async function startWatchedSystem({
  log,
  report,
  ...options
}: WatchedSystemOptions): Promise<{ system: LocalSystem; outputs: InstallationOutputs }> {
  if (!existsSync(options.stateDirectory)) await copyMigratedState(options.stateDirectory);
  const system = await startSystem({
    ports: { http: 0, socket: 0, aws: 0, postgres: 0 },
    durable: false,
    ...options,
    report(entry: ReportEntry) {
      log.report(entry);
      report?.(entry);
    },
  });
  log.secret(...system.secrets());
  return { system, outputs: outputsOf(system) };
}

/** Without a secret where an issuer signs the tokens. */
function outputsOf({ outputs, awsEndpointUrl, secret }: LocalSystem): InstallationOutputs {
  const secrets = 'JwtSecretArn' in outputs ? { JwtSecret: secret('JwtSecretArn') } : {};
  // The cast: the template has these outputs, or the first test says which it lacks; one without a secret signs nothing.
  return { ...outputs, AwsEndpointUrl: awsEndpointUrl, ...secrets } as InstallationOutputs;
}
