const certificate = 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d-0000-4000-8000-000000000000';
const secret = { database: 'existing', databaseSecret: 'belfry/database' };
const ids = {
  vpcId: 'vpc-0a1b2c3d4e5f60718',
  subnetIds: 'subnet-0a1b2c3d4e5f60718,subnet-1a1b2c3d4e5f60718',
};
const vpc = { ...ids, securityGroupId: 'sg-0a1b2c3d4e5f60718' };
const databaseSubnetIds = 'subnet-2a1b2c3d4e5f60718,subnet-3a1b2c3d4e5f60718';

/** Every mode of the stack, by the context that asks for it: each database, each network, and all that is off by default. */
export const modes: Record<string, Record<string, string>> = {
  rds: {},
  'rds-nat': { network: 'nat' },
  'rds-isolated': { network: 'isolated' },
  'rds-vpc-nat': { ...ids, network: 'nat', databaseResourceIds: 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ' },
  'rds-proxy': { databaseProxy: 'true', databaseInstanceType: 't4g.small' },
  aurora: { database: 'aurora' },
  'aurora-vpc-ipv6': { ...ids, database: 'aurora', network: 'ipv6', databaseSubnetIds },
  'aurora-vpc-proxy': {
    ...ids,
    database: 'aurora',
    network: 'nat',
    databaseSubnetIds,
    databaseMinCapacity: '0.5',
    databaseProxy: 'true',
  },
  'aurora-isolated': { database: 'aurora', network: 'isolated' },
  existing: secret,
  'existing-vpc-ipv6': { ...secret, ...vpc, network: 'ipv6' },
  'existing-vpc-nat': { ...secret, ...vpc, network: 'nat' },
  'existing-vpc-isolated': { ...secret, ...vpc, network: 'isolated' },
  everything: {
    databaseMultiAz: 'true',
    allowedOrigins: 'https://app.example.com',
    jwtJwksUrl: 'https://issuer.example.com/jwks.json',
    jwtIssuers: 'https://issuer.example.com/',
    jwtAudiences: 'notifications',
    reservedConcurrency: '20',
    httpDomainName: 'notifications.example.com',
    httpCertificateArn: certificate,
    webSocketDomainName: 'sockets.example.com',
    webSocketCertificateArn: certificate,
    logRetentionDays: '90',
    tracing: 'true',
    webSocketAccessLogs: 'true',
    tags: '{"team":"booking"}',
  },
};
