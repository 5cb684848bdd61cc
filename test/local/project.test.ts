import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../bin/options.ts';
import { flagsOf, localSettingsOf } from '../../local/command-line/project.ts';

/** Context that `cdk.json` may have for an installation in AWS. */
const context = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  'availability-zones:account=1:region=eu-west-1': ['eu-west-1a'],
  stackName: 'BelfryStaging',
  database: 'aurora',
  databaseOwnerSecretVersion: '1f6c',
  network: 'nat',
  jwtIssuers: 'https://issuer.example',
  jwtAudiences: 'app',
  jwtSecretVersion: '2a7d',
  httpDomainName: 'api.example.com',
  connectionLimit: 3,
  types: { payout: { sources: ['payments'] } },
};

describe('the context of a stack on this machine', () => {
  it('has the CDK’s own flags, and none of the settings that are for AWS', () => {
    expect(flagsOf(context)).toEqual({
      '@aws-cdk/aws-iam:minimizePolicies': true,
      'availability-zones:account=1:region=eu-west-1': ['eu-west-1a'],
    });
  });

  it('takes over what means the same here', () => {
    const settings = localSettingsOf(context);
    expect(settings).toEqual({ connectionLimit: 3, types: { payout: { sources: ['payments'] } } });
    expect(optionsOf(settings)).toMatchObject({ connectionLimit: 3, database: { mode: 'rds' } });
  });
});
