import { text } from 'node:stream/consumers';
import { signToken } from '@belfry/local/sign-token';
import { awsFailure } from './aws-remedies.ts';
import { Failure } from './failure.ts';
import type { Installation } from './installation.ts';

/** Whom the check is, unless it is given a token: a user of its own, so that no inbox of a person is touched. */
export const smokeUser = '0b5e55ed-0000-4000-8000-00000000cafe';

/** Makes tokens of one user. */
export interface TokenSource {
  /** A token of the user for the HTTP API and the socket, or one that may create too, with a scope. */
  token(scope?: string): Promise<string>;
  /** Where it comes from, for the person. */
  kind: string;
}

/**
 * The token that the person gives: by the option, by standard input if the option is `-`, or else by BELFRY_TOKEN.
 * @returns undefined if there is none
 * @throws Error if it cannot be in a header
 */
export async function givenToken(option: string | undefined): Promise<string | undefined> {
  const given = option === '-' ? await text(process.stdin) : (option ?? process.env.BELFRY_TOKEN);
  const token = given?.trim();
  if (token === undefined) return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const source =
    option === '-'
      ? 'standard input'
      : option === undefined
        ? 'the variable BELFRY_TOKEN'
        : 'the option --token';
  throw new Error(
    `The token of ${source} ${token === '' ? 'is empty' : 'has a space or another character that no token has'}. Give a JWT alone, without “Bearer”.`,
  );
}

/**
 * Signs tokens of a user with the secret of the installation: with that of its file of outputs, or with that of
 * Secrets Manager, which is read with the person's credentials.
 * @param keep gets the secret, and each token, so that no text shows them
 * @throws Failure if there is no secret, or it cannot be read
 */
export async function signingSource(
  installation: Installation,
  { user, waitMs, keep }: { user: string; waitMs: number; keep: (secret: string) => void },
): Promise<TokenSource> {
  const { JwtSecret, JwtSecretArn } = installation.outputs;
  const secret = JwtSecret ?? (await readSecret(installation, JwtSecretArn, waitMs));
  keep(secret);
  return {
    kind: JwtSecret === undefined ? 'signed with the secret of JwtSecretArn' : 'signed with the local secret',
    async token(scope) {
      const signed = await signToken(secret, { user, scope });
      keep(signed);
      return signed;
    },
  };
}

const giveOne = 'Or give a token of one of your users: --token - reads it from standard input.';

async function readSecret(
  installation: Installation,
  arn: string | undefined,
  waitMs: number,
): Promise<string> {
  if (arn === undefined) {
    throw new Failure(
      `${installation.name} has no secret that signs tokens: it has no output JwtSecretArn.`,
      [
        'An issuer signs the tokens of this installation. Give one of its tokens: --token - reads it from standard input.',
      ],
    );
  }
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const { region } = installation;
  const client = new SecretsManagerClient({ ...(region && { region }) });
  const { SecretString } = await client
    .send(new GetSecretValueCommand({ SecretId: arn }), { abortSignal: AbortSignal.timeout(waitMs) })
    .catch((error: unknown) => {
      const call = { action: 'secretsmanager:GetSecretValue', resource: arn, instead: giveOne };
      throw awsFailure(error, call, installation);
    });
  if (SecretString) return SecretString;
  throw new Failure(`The secret ${arn} has no text.`, [
    'Put one into it, as docs/deploy.md#rotate-secrets says.',
    giveOne,
  ]);
}
