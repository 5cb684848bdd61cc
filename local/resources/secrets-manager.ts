import { arn } from '../aws/arn.ts';
import type { Properties } from '../template/properties.ts';
import type { Make } from './resource.ts';

const makeSecret: Make = ({ properties, nameBy, id }, { secrets }) => {
  const name = nameBy('Name');
  const secretArn = arn('secretsmanager', `secret:${name}-${id(6)}`);
  const how = properties.nested('GenerateSecretString');
  const value = properties.optionalText('SecretString');
  if (value === undefined) secrets.generate(secretArn, name, how ? generationOf(how) : {});
  else secrets.put(secretArn, name, value);
  properties.ignore('Description', 'KmsKeyId', 'Tags');
  return { ref: secretArn, attributes: { Id: secretArn } };
};

function generationOf(how: Properties) {
  return {
    passwordLength: how.optionalNumber('PasswordLength'),
    excludeCharacters: how.optionalText('ExcludeCharacters'),
    excludePunctuation: how.optionalFlag('ExcludePunctuation'),
    generateStringKey: how.optionalText('GenerateStringKey'),
    secretStringTemplate: how.optionalText('SecretStringTemplate'),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secrettargetattachment.html */
const makeAttachment: Make = ({ properties }, { secrets, databases }) => {
  const secretArn = properties.text('SecretId');
  properties.expect('TargetType', 'AWS::RDS::DBInstance');
  const target = databases.get(properties.text('TargetId'));
  if (!target) return properties.refuse('TargetId', 'it is no database of the template');
  secrets.attach(secretArn, target);
  return { ref: secretArn, attributes: { Id: secretArn } };
};

export const secretsManager: Record<string, Make> = {
  'AWS::SecretsManager::Secret': makeSecret,
  'AWS::SecretsManager::SecretTargetAttachment': makeAttachment,
};
