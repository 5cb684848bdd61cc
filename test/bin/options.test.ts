import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../bin/options.ts';

describe('The options of the stack', () => {
  it('are the defaults if the context names none, or only empty text', () => {
    const defaults = { database: { mode: 'rds' }, jwt: {}, retention: {}, rateLimits: {}, domainNames: {} };
    expect(optionsOf({})).toEqual(defaults);
    expect(optionsOf({ allowedOrigins: '', databaseSecret: '', network: '' })).toEqual(defaults);
  });

  it('leave the CDK’s own context alone', () => {
    const own = { '@aws-cdk/core:enablePartitionLiterals': true, 'aws:cdk:disable-asset-staging': true };
    expect(optionsOf({ ...own, 'availability-zones:account=1:region=eu-west-1': ['a'] })).toEqual(
      optionsOf({}),
    );
  });

  it.each([
    [
      {
        database: 'rds',
        databaseInstanceType: 't4g.small',
        databaseMultiAz: 'true',
        databaseBackupDays: '14',
        databaseMaxStorage: '500',
        databaseOwnerSecretVersion: 'v2',
      },
      {
        mode: 'rds',
        instanceType: 't4g.small',
        multiAz: true,
        backupRetentionDays: 14,
        maxStorageGiB: 500,
        ownerSecretVersionId: 'v2',
      },
    ],
    [
      {
        database: 'aurora',
        databaseMinCapacity: '0.5',
        databaseMaxCapacity: 8,
        databaseDeletionProtection: false,
        databaseProxy: 'true',
      },
      { mode: 'aurora', minCapacity: 0.5, maxCapacity: 8, deletionProtection: false, proxy: true },
    ],
    [
      { database: 'existing', databaseSecret: 'belfry/database', databaseSecretVersion: 'v2' },
      { mode: 'existing', secretId: 'belfry/database', secretVersionId: 'v2' },
    ],
    [
      {
        database: 'existing',
        databaseSecret: 's',
        vpcId: 'vpc-1',
        subnetIds: 'subnet-1, subnet-2',
        securityGroupId: 'sg-1',
      },
      {
        mode: 'existing',
        secretId: 's',
        vpcId: 'vpc-1',
        subnetIds: ['subnet-1', 'subnet-2'],
        securityGroupId: 'sg-1',
      },
    ],
  ])('name the database: %j', (context, database) => {
    expect(optionsOf(context).database).toEqual(database);
  });

  it('name an existing VPC by its ids, and restored databases by their resource ids', () => {
    const ids = { vpcId: 'vpc-1', subnetIds: 'subnet-1,subnet-2' };
    const vpcIds = { vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'] };
    expect(optionsOf({ ...ids, network: 'nat' })).toMatchObject({ vpcIds, network: 'nat' });
    const databaseSubnetIds = ['subnet-3', 'subnet-4'];
    expect(optionsOf({ ...ids, databaseSubnetIds, database: 'aurora' }).vpcIds).toEqual({
      ...vpcIds,
      databaseSubnetIds,
    });
    expect(optionsOf({ databaseResourceIds: 'db-A,db-B' }).database).toEqual({
      mode: 'rds',
      restoredResourceIds: ['db-A', 'db-B'],
    });
  });

  it('name everything else as the command line or cdk.json gives it', () => {
    expect(
      optionsOf({
        network: 'nat',
        allowedOrigins: ['https://a.example', 'https://b.example'],
        jwtJwksUrl: 'https://issuer.example/jwks.json',
        jwtIssuers: 'https://issuer.example/',
        jwtSecretVersion: 'v3',
        scopes: 'attendee, organizer',
        types: '{"payout":{"critical":true,"sources":["payments"]}}',
        strictTypes: 'true',
        movedScopes: 'guest',
        createsPerMinute: '0',
        eventBusName: 'BelfryNotificationsPipelineBus0A1B2C3D',
        archiveAfterDays: 'false',
        deleteAfterDays: '90',
        connectionLimit: 3,
        connectionMinimumLifetimeMinutes: '0',
        reservedConcurrency: '20',
        webSocketDomainName: 'sockets.example.com',
        webSocketCertificateArn: 'arn:aws:acm:eu-west-1:1:certificate/a',
        throttling: '{"ping":{"rate":2000}}',
        logRetentionDays: '90',
        tracing: 'true',
        alarms: 'essential',
        httpAccessLogs: 'false',
        webSocketAccessLogs: true,
        tags: '{"team":"booking"}',
      }),
    ).toEqual({
      database: { mode: 'rds' },
      network: 'nat',
      allowedOrigins: ['https://a.example', 'https://b.example'],
      jwt: {
        jwksUrl: 'https://issuer.example/jwks.json',
        issuers: ['https://issuer.example/'],
        secretVersionId: 'v3',
      },
      scopes: ['attendee', 'organizer'],
      types: { payout: { critical: true, sources: ['payments'] } },
      strictTypes: true,
      movedScopes: ['guest'],
      rateLimits: { createsPerMinute: 0 },
      eventBusName: 'BelfryNotificationsPipelineBus0A1B2C3D',
      retention: { archiveAfterDays: false, deleteAfterDays: 90 },
      connectionLimit: 3,
      connectionMinimumLifetime: Duration.minutes(0),
      reservedConcurrency: 20,
      throttling: { ping: { rate: 2_000 } },
      domainNames: {
        webSocket: { name: 'sockets.example.com', certificateArn: 'arn:aws:acm:eu-west-1:1:certificate/a' },
      },
      logRetention: RetentionDays.THREE_MONTHS,
      tracing: true,
      alarms: 'essential',
      httpAccessLogs: false,
      webSocketAccessLogs: true,
      tags: { team: 'booking' },
    });
  });
});

describe('The options of tokens', () => {
  const jwt = {
    jwksUrl: 'https://id.example/jwks.json',
    algorithms: ['ES384', 'PS512'],
    audiences: ['belfry', 'web'],
    requiredClaims: { token_use: 'access', client_id: ['a', 'b'] },
    userIdClaim: 'user.id',
    scopeClaims: ['scp', 'realm_access.roles'],
    createScope: 'belfry/notifications:create',
    maximumLife: Duration.minutes(60),
    maximumAge: Duration.minutes(15),
  };
  const context = {
    jwtJwksUrl: jwt.jwksUrl,
    jwtAlgorithms: 'ES384,PS512',
    jwtAudiences: 'belfry, web',
    jwtUserIdClaim: jwt.userIdClaim,
    jwtScopeClaims: 'scp,realm_access.roles',
    jwtCreateScope: jwt.createScope,
    jwtMaximumLifeMinutes: '60',
    jwtMaximumAgeMinutes: 15,
  };

  it.each([jwt.requiredClaims, JSON.stringify(jwt.requiredClaims)])(
    'are those of the construct, with required claims as %j',
    (jwtRequiredClaims) => {
      expect(optionsOf({ ...context, jwtRequiredClaims }).jwt).toEqual(jwt);
    },
  );
});

describe('The options of several issuers', () => {
  const shop = { issuer: 'https://shop.example/', jwksUrl: 'https://shop.example/keys' };
  const jwtIssuers = [
    { ...shop, audiences: 'belfry, web', keepsUuids: 'true', maximumLifeMinutes: 60 },
    { issuer: 'https://staff.example', jwksUrl: 'https://staff.example/jwks', algorithms: ['ES384'] },
  ];
  const issuers = [
    { ...shop, audiences: ['belfry', 'web'], keepsUuids: true, maximumLife: Duration.minutes(60) },
    jwtIssuers[1],
  ];

  it.each([jwtIssuers, JSON.stringify(jwtIssuers)])('are those of each: %j', (given) => {
    expect(optionsOf({ jwtIssuers: given, jwtSharedUserIds: 'true' }).jwt).toEqual({
      issuers,
      sharedUserIds: true,
    });
  });

  it.each<[string, unknown]>([
    [
      'Unknown context value jwtIssuers[0].audience. Did you mean audiences?',
      [{ ...shop, audience: 'belfry' }],
    ],
    [
      'jwtIssuers[0].maximumLifeMinutes must be a whole number of minutes',
      [{ ...shop, maximumLifeMinutes: '1h' }],
    ],
    ['jwtIssuers[1].jwksUrl must be the URL of its keys', [shop, { ...shop, jwksUrl: 7 }]],
    [
      'The context value jwtIssuers must be issuers, separated by commas, or JSON',
      [shop, 'https://a.example'],
    ],
    ['The context value jwtIssuers must be issuers', 7],
  ])('say what is wrong: %s', (message, jwtIssuers) => {
    expect(() => optionsOf({ jwtIssuers })).toThrow(message);
  });
});

describe('A wrong context value', () => {
  it.each([
    ['database', 'mysql', 'one of rds, aurora, existing'],
    ['network', 'vpn', 'one of ipv6, nat, isolated'],
    ['databaseMultiAz', 'yes', 'true or false'],
    ['databaseBackupDays', '-1', 'a whole number of days'],
    ['databaseMaxCapacity', '1.3', 'a number of ACUs in steps of 0.5'],
    ['databaseInstanceType', 'db.t4g.micro', 'the class of an RDS instance'],
    ['vpcId', 'my-vpc', 'the id of a VPC'],
    ['securityGroupId', 'default', 'the id of a security group'],
    ['subnetIds', 7, 'ids of subnets'],
    ['scopes', 7, 'names of scopes'],
    ['types', 'payout', 'JSON such as'],
    ['strictTypes', 'yes', 'true or false'],
    ['connectionLimit', 'ten', 'a whole number'],
    ['createsPerMinute', '1e3', 'a whole number'],
    ['jwtJwksUrl', ' ', 'the URL of'],
    ['jwtRequiredClaims', 'token_use=access', 'JSON such as'],
    ['jwtCreateScope', 'create notifications', 'a scope without white space'],
    ['jwtMaximumLifeMinutes', '1h', 'a whole number of minutes'],
    ['jwtMaximumAgeMinutes', '-1', 'a whole number of minutes'],
    ['deleteAfterDays', 'never', 'a whole number of days, or false for never'],
    ['logRetentionDays', '31', 'one of 1, 3, 5, 7, 14, 30'],
    ['httpDomainName', 'https://a.example.com', 'the name of a domain'],
    ['webSocketCertificateArn', 'abc', 'the ARN of a certificate'],
    ['tags', 'team=booking', 'JSON such as'],
  ])('is refused with what it may be: %s', (key, value, expected) => {
    const found = JSON.stringify(value);
    expect(() => optionsOf({ [key]: value })).toThrow(
      new RegExp(`^The context value ${key} must be ${expected}.*; it is ${found}\\.$`),
    );
  });

  it('is refused if there is no such key, which a misspelt one would be', () => {
    expect(() => optionsOf({ allowedOrigin: 'https://a.example' })).toThrow(
      /^Unknown context value allowedOrigin\. Did you mean allowedOrigins\? Use one of: stackName, database, /,
    );
  });

  it.each([
    ['JWTIssuers', 'jwtIssuers'],
    ['jwt-issuers', 'jwtIssuers'],
    ['databse', 'database'],
    ['jwtJwksURL', 'jwtJwksUrl'],
    ['loggRetentionDay', 'logRetentionDays'],
  ])('is refused with what was probably meant: %s', (misspelt, meant) => {
    expect(() => optionsOf({ [misspelt]: 'x' })).toThrow(
      `Unknown context value ${misspelt}. Did you mean ${meant}? Use one of: `,
    );
  });

  it('is refused without a guess if nothing is near, and left to the CDK if it is no plain word', () => {
    expect(() => optionsOf({ colour: 'red' })).toThrow(/^Unknown context value colour\. Use one of: /);
    const ofTheCdk = {
      '@aws-cdk/core:stackRelativeExports': true,
      'cli-telemetry': false,
      'vpc-provider:a=1': {},
    };
    expect(() => optionsOf(ofTheCdk)).not.toThrow();
  });

  it('is refused if another mode of the database has no use for it', () => {
    expect(() => optionsOf({ databaseSecret: 's' })).toThrow(
      'The context value databaseSecret is only for database=existing, but database is rds. Leave databaseSecret out.',
    );
    expect(() => optionsOf({ database: 'existing', databaseSecret: 's', databaseBackupDays: 3 })).toThrow(
      'The context value databaseBackupDays is only for database=rds or aurora, but database is existing. Leave databaseBackupDays out.',
    );
  });

  it.each([{ vpcId: 'vpc-1' }, { subnetIds: 'subnet-1' }, { databaseSubnetIds: 'subnet-1' }])(
    'is one id of a VPC without the others: %j',
    (ids) => {
      expect(() => optionsOf(ids)).toThrow('The context values vpcId and subnetIds belong together.');
    },
  );

  it('is a missing secret of an existing database', () => {
    expect(() => optionsOf({ database: 'existing' })).toThrow('databaseSecret must name the secret');
  });

  it('is a domain without a certificate, or a certificate without a domain', () => {
    expect(() => optionsOf({ httpDomainName: 'a.example.com' })).toThrow(
      'The context values httpDomainName and httpCertificateArn belong together; httpCertificateArn is missing.',
    );
    expect(() => optionsOf({ webSocketCertificateArn: 'arn:aws:acm:a:1:certificate/a' })).toThrow(
      'webSocketDomainName is missing.',
    );
  });

  it('is a tag whose value is no text', () => {
    expect(() => optionsOf({ tags: '{"team":1}' })).toThrow('team is 1.');
    expect(() => optionsOf({ tags: '["team"]' })).toThrow('The context value tags must be');
  });

  it.each([
    { restrictedTypes: '{"payout":["payments"]}', measuredTypes: 'payout,comment' },
    { restrictedTypes: { payout: ['payments'] }, measuredTypes: ['payout', 'comment'] },
  ])('is a setting of release 0.1.0, and the message has its successor: %j', (former) => {
    expect(() => optionsOf({ ...former, types: '{"promo":{}}' })).toThrow(
      'set types to {"promo":{},"payout":{"sources":["payments"],"measured":true},"comment":{"measured":true}}.',
    );
  });
});
