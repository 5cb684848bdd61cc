import { createHmac } from 'node:crypto';
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

/** Who signs in beside the owner, by their keys in the secret; as `belfry_writer` and so on to the database. */
const roles = ['writer', 'reader', 'purger'];

/**
 * Sees to it that the emulator has the connection strings to the database, and answers the version that holds
 * them: another one wherever they change, since CloudFormation looks at a secret only where the template changes.
 */
export async function putDatabaseSecret(emulator: Emulator, ownerUrl: string): Promise<string> {
  const secrets = new SecretsManagerClient(emulator);
  const roleUrls = roles.map((role) => [role, asRole(ownerUrl, `belfry_${role}`)]);
  const SecretString = JSON.stringify({ owner: ownerUrl, ...Object.fromEntries(roleUrls) });
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

/** Takes the secret away at once; nothing where there is none. */
export async function deleteDatabaseSecret(emulator: Emulator): Promise<void> {
  const command = new DeleteSecretCommand({ SecretId: databaseSecret, ForceDeleteWithoutRecovery: true });
  await new SecretsManagerClient(emulator).send(command).catch((error: unknown) => {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  });
}

/** What a secret of the emulator says. */
export async function readSecret(emulator: Emulator, SecretId: string): Promise<string> {
  const { SecretString } = await new SecretsManagerClient(emulator).send(
    new GetSecretValueCommand({ SecretId }),
  );
  if (SecretString === undefined) throw new Error(`The secret ${SecretId} holds no text.`);
  return SecretString;
}

// The password follows from how the owner signs in to the server, whose roles are those of all its databases: so it is
// the same at every deployment, and nothing has to be kept for that. Only who knows the owner's could tell it.
function asRole(ownerUrl: string, role: string): string {
  const url = new URL(ownerUrl);
  const owner = `${url.username}:${url.password}@${url.host}`;
  url.username = role;
  url.password = createHmac('sha256', owner).update(role).digest('hex');
  return url.href;
}

function versionOf({ VersionId }: { VersionId?: string | undefined }): string {
  if (VersionId === undefined)
    throw new Error(`The emulator names no version of the secret ${databaseSecret}.`);
  return VersionId;
}
