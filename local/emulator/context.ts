import { localSettingsOf, readProject } from '../command-line/project-context.ts';
import { databaseSecret } from './database-secret.ts';
import type { Emulator } from './settings.ts';

/** The context of a stack in an emulator; `settings` win over those of `cdk.json`, and lose where only one thing works. */
export function emulatorContext(
  emulator: Emulator,
  settings: Record<string, string> = {},
): Record<string, unknown> {
  return {
    ...localSettingsOf(readProject().context),
    allowedOrigins: 'http://localhost:3000',
    ...settings,
    stackName: '',
    database: 'existing',
    databaseSecret,
    emulator: emulator.endpoint,
  };
}
