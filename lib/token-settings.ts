import type { TokenSettings } from '@belfry/functions/deployment';
import type { TokenEnvironment } from '@belfry/functions/environment';
import { Annotations, SecretValue, Stack, Token, Validations } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { checkCreateScope } from './check-jwt-props.ts';
import type { JwtProps } from './jwt-props.ts';
import { tokenRulesOf } from './token-rules.ts';

/** Lambda takes 4 KB of environment for a function, and the other variables need about 1 KB. */
const maximumRulesBytes = 2_048;

/**
 * The environment of the functions that verify tokens, and the secret that tokens are signed with. The secret is undefined
 * if issuers sign them.
 * @throws Error naming the prop that is wrong
 */
export function tokenSettings(
  scope: Construct,
  jwt: JwtProps,
): { environment: TokenEnvironment; secret: ISecret | undefined } {
  checkCreateScope(jwt);
  const rules = tokenRulesOf(jwt);
  const isSignedByIssuer = rules.some(({ jwksUrl }) => jwksUrl !== undefined);
  if (isSignedByIssuer && rules.some(acceptsAnyAudience)) warnOfForeignTokens(scope);

  const secret = isSignedByIssuer ? undefined : (jwt.secret ?? generateSecret(scope));
  const environment = {
    // A dynamic reference. CloudFormation fills it in, so that verifying a token needs no call and no SDK.
    JWT_SECRET: secret ? secretValueOf(secret, jwt.secretVersionId) : '',
    JWT_RULES: jsonOf(scope, rules),
  };
  return { environment, secret };
}

const acceptsAnyAudience = ({ audiences, requiredClaims }: TokenSettings) =>
  audiences.length === 0 && Object.keys(requiredClaims).length === 0;

/**
 * JSON whose values may be known at deployment only, such as the id of a client that the same app makes.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
function jsonOf(scope: Construct, rules: readonly TokenSettings[]): string {
  const json = JSON.stringify(rules);
  if (Token.isUnresolved(json)) return Stack.of(scope).toJsonString(rules);
  const bytes = Buffer.byteLength(json);
  if (bytes <= maximumRulesBytes) return json;
  throw new Error(
    `jwt: the rules for tokens have ${bytes} bytes as JSON, and at most ${maximumRulesBytes} fit into the environment of a function. Leave out issuers, audiences or required claims, or deploy a second installation.`,
  );
}

const secretValueOf = ({ secretArn }: ISecret, versionId?: string) =>
  SecretValue.secretsManager(secretArn, versionId ? { versionId } : {}).unsafeUnwrap();

function warnOfForeignTokens(scope: Construct): void {
  Annotations.of(scope).addWarningV2(
    '@belfry/tokens:anyAudience',
    'The APIs accept every token that is signed with a key of the issuer, even tokens for other applications. ' +
      "Set jwt.audiences, or jwt.requiredClaims if the issuer's tokens have no aud.",
  );
}

function generateSecret(scope: Construct): ISecret {
  const secret = new Secret(scope, 'JwtSecret', {
    description: 'Belfry: signs the tokens of users (HS256)',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'The backend that signs tokens must change at the same time, so an operator rotates the secret with a deployment.',
  });
  // The cast: under exactOptionalPropertyTypes the CDK's classes do not match its own interfaces.
  return secret as ISecret;
}
