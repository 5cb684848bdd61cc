import { createHash, createHmac } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Emulator } from './settings.ts';

/** The secret's name in the emulator. */
export const databaseSecret = 'belfry/database';

/** The roles that sign in besides the owner, by their keys in the secret. */
const roles = ['writer', 'reader', 'purger'];

/**
 * Writes the connection strings of the database into a secret of the emulator, and returns the version of the secret. It
 * is a new version if they have changed, because CloudFormation reads a secret again only if the template changes.
 */
export async function putDatabaseSecret(emulator: Emulator, ownerUrl: string): Promise<string> {
  const secrets = new SecretsManagerClient(emulator);
  const SecretString = JSON.stringify(connectionStrings(ownerUrl));
  const current = await secrets
    .send(new GetSecretValueCommand({ SecretId: databaseSecret }))
    .catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
  if (current?.SecretString === SecretString) return versionOf(current);
  if (current)
    return versionOf(
      await secrets.send(new PutSecretValueCommand({ SecretId: databaseSecret, SecretString })),
    );
  const Description = 'Belfry: the database of npm run deploy:emulator';
  return versionOf(
    await secrets.send(new CreateSecretCommand({ Name: databaseSecret, Description, SecretString })),
  );
}

/** Deletes the secret at once. Does nothing if there is none. */
export async function deleteDatabaseSecret(emulator: Emulator): Promise<void> {
  const command = new DeleteSecretCommand({ SecretId: databaseSecret, ForceDeleteWithoutRecovery: true });
  await new SecretsManagerClient(emulator).send(command).catch((error: unknown) => {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  });
}

/** The text of a secret in the emulator. */
export async function readSecret(emulator: Emulator, SecretId: string): Promise<string> {
  const { SecretString } = await new SecretsManagerClient(emulator).send(
    new GetSecretValueCommand({ SecretId }),
  );
  if (SecretString === undefined)
    throw new Error(
      `The secret ${SecretId} has no SecretString. Run npm run destroy:emulator, then deploy again.`,
    );
  return SecretString;
}

/** The connection strings of a database, by the keys of the secret. */
export function connectionStrings(ownerUrl: string): Record<string, string> {
  const roleUrls = roles.map((role) => [role, asRole(ownerUrl, role)]);
  return { owner: ownerUrl, ...Object.fromEntries(roleUrls) };
}

// The name of the user is derived from that of the database, because users belong to the whole server. The password is
// derived from the owner's login. So both are the same at every deployment, and need not be stored. Without the owner's
// password, no one can derive the other ones.
function asRole(ownerUrl: string, role: string): string {
  const url = new URL(ownerUrl);
  const owner = `${url.username}:${url.password}@${url.host}`;
  const user = `belfry_${role}_${createHash('sha256').update(url.pathname).digest('hex').slice(0, 8)}`;
  url.username = user;
  url.password = createHmac('sha256', owner).update(user).digest('hex');
  return url.href;
}

function versionOf({ VersionId }: { VersionId?: string | undefined }): string {
  if (VersionId === undefined)
    throw new Error(`The emulator names no version of the secret ${databaseSecret}.`);
  return VersionId;
}
