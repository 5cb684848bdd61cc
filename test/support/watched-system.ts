import { join } from 'node:path';
import type { ReportLine } from '../../local/report.ts';
import { type LocalSystem, type SystemOptions, startSystem } from '../../local/system.ts';
import type { KeptLog } from './kept-log.ts';
import type { InstallationOutputs } from './running-system.ts';

/** What a test decides of a system that it starts. */
export interface WatchedSystemOptions extends Pick<SystemOptions, 'clock' | 'report'> {
  /** What was synthesized. */
  assemblyDirectory: string;
  /** Where its data is; whoever starts the system removes it afterwards. */
  directory: string;
  /** Where its lines and its secrets are kept. */
  log: KeptLog;
}

/** Runs the template on free ports, as every test does that runs it: all that it says is kept, and so is what it must not say. */
export async function startWatchedSystem({
  assemblyDirectory,
  directory,
  log,
  report,
  ...options
}: WatchedSystemOptions): Promise<{ system: LocalSystem; outputs: InstallationOutputs }> {
  const system = await startSystem({
    assemblyDirectory,
    stateDirectory: join(directory, 'state'),
    ports: { http: 0, socket: 0, aws: 0, postgres: 0 },
    durable: false,
    report(line: ReportLine) {
      log.report(line);
      report?.(line);
    },
    ...options,
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
