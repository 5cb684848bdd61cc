import { ownTokens } from '../command-line/synthesize.ts';
import { databaseSecret } from './database-secret.ts';
import type { Emulator } from './settings.ts';

/** Settings of `cdk.json` for what is in AWS alone: the stack's own database, a network, domains and their certificates. */
const notHere = [
  ...[
    'InstanceType',
    'MultiAz',
    'MinCapacity',
    'MaxCapacity',
    'DeletionProtection',
    'BackupDays',
    'MaxStorage',
    'OwnerSecretVersion',
  ].map((key) => `database${key}`),
  ...['network', 'vpcId', 'subnetIds', 'securityGroupId'],
  ...['httpDomainName', 'httpCertificateArn', 'webSocketDomainName', 'webSocketCertificateArn'],
];

/** The context of a stack in an emulator, whatever `cdk.json` says of one in AWS; `settings` win where they may. */
export function emulatorContext(
  emulator: Emulator,
  settings: Record<string, string> = {},
): Record<string, string> {
  return {
    ...Object.fromEntries(notHere.map((key) => [key, ''])),
    ...ownTokens,
    allowedOrigins: 'http://localhost:3000',
    ...settings,
    database: 'existing',
    databaseSecret,
    emulator: emulator.endpoint,
  };
}
