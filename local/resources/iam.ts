import { account } from '../aws/arn.ts';
import type { Properties } from '../template/properties.ts';
import type { Make } from './resource.ts';

/**
 * Managed policies that are accepted. They grant access to logs and network interfaces, which do not exist here.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
const managedPolicies = ['AWSLambdaBasicExecutionRole', 'AWSLambdaVPCAccessExecutionRole'].map(
  (name) => `arn:aws:iam::aws:policy/service-role/${name}`,
);

function statementsOf(properties: Properties): unknown[] {
  const document = properties.nested('PolicyDocument');
  document?.expect('Version', '2012-10-17');
  const statements = document?.value('Statement') ?? [];
  return Array.isArray(statements) ? statements : [statements];
}

const makeRole: Make = ({ properties, nameBy }, { iam }) => {
  const name = nameBy('RoleName');
  const arn = `arn:aws:iam::${account}:role/${name}`;
  for (const managed of properties.texts('ManagedPolicyArns')) {
    if (!managedPolicies.includes(managed)) {
      properties.refuse('ManagedPolicyArns', `the managed policy ${managed} is not known locally`);
    }
  }
  const inline = properties.nestedList('Policies').flatMap((policy) => {
    policy.ignore('PolicyName');
    return statementsOf(policy);
  });
  iam.addRole({ arn, name, statements: inline });
  // The trust policy is not checked: only Lambda assumes roles here.
  properties.ignore('AssumeRolePolicyDocument', 'Description', 'Tags');
  return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name.toUpperCase()}` } };
};

const makePolicy: Make = ({ properties, logicalId }, { iam }) => {
  const statements = statementsOf(properties);
  for (const role of properties.texts('Roles')) iam.addStatements(role, statements);
  properties.ignore('PolicyName');
  return { ref: logicalId };
};

export const iam: Record<string, Make> = { 'AWS::IAM::Role': makeRole, 'AWS::IAM::Policy': makePolicy };
