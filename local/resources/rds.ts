import { arn, region } from '../aws/arn.ts';
import type { Make } from './resource.ts';

/** The subnets of the group decide in which VPC the database is. */
const makeSubnetGroup: Make = ({ properties, nameBy }, { network }) => {
  network.placeDatabase(properties.texts('SubnetIds'));
  properties.ignore('DBSubnetGroupDescription', 'Tags');
  return { ref: nameBy('DBSubnetGroupName').toLowerCase() };
};

const makeParameterGroup: Make = ({ properties, nameBy }) => {
  properties.expect('Family', 'postgres18');
  // The local endpoint refuses unencrypted connections, as this parameter says:
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
  const parameters = properties.nested('Parameters');
  parameters?.expect('rds.force_ssl', 1);
  // Their values are formulas of the instance's memory, which this machine's PostgreSQL does not have to fit into.
  parameters?.ignore('shared_buffers', 'maintenance_work_mem', 'autovacuum_work_mem');
  properties.ignore('Description', 'Tags');
  return { ref: nameBy('DBParameterGroupName').toLowerCase() };
};

const makeInstance: Make = async (
  { properties, nameBy, id },
  { startDatabase, databases, names, onProgress },
) => {
  const identifier = nameBy('DBInstanceIdentifier').toLowerCase();
  const address = `${identifier}.${id(12)}.${region}.rds.amazonaws.com`;
  const resourceId = `db-${id(26).toUpperCase()}`;
  const user = properties.text('MasterUsername');
  const database = properties.optionalText('DBName') ?? 'postgres';
  properties.expect('Engine', 'postgres');
  if (!/^18(\.|$)/.test(properties.text('EngineVersion'))) {
    properties.refuse('EngineVersion', 'PostgreSQL 18 is what runs locally');
  }
  properties.expect('EnableIAMDatabaseAuthentication', true);
  properties.expect('PubliclyAccessible', false);
  // Sizes, backups, encryption at rest and monitoring have no effect here. The port is that of the local endpoint.
  properties.ignore('AllocatedStorage', 'MaxAllocatedStorage', 'StorageType', 'StorageEncrypted', 'Iops');
  properties.ignore(
    'StorageThroughput',
    'KmsKeyId',
    'DBInstanceClass',
    'MultiAZ',
    'AvailabilityZone',
    'Port',
  );
  properties.ignore('BackupRetentionPeriod', 'PreferredBackupWindow', 'PreferredMaintenanceWindow');
  properties.ignore('CopyTagsToSnapshot', 'DeleteAutomatedBackups', 'DeletionProtection', 'Tags');
  properties.ignore('AutoMinorVersionUpgrade', 'AllowMajorVersionUpgrade', 'CACertificateIdentifier');
  properties.ignore(
    'EnablePerformanceInsights',
    'PerformanceInsightsRetentionPeriod',
    'PerformanceInsightsKMSKeyId',
  );
  properties.ignore(
    'MonitoringInterval',
    'MonitoringRoleArn',
    'EnableCloudwatchLogsExports',
    'DatabaseInsightsMode',
  );
  properties.ignore('DBSubnetGroupName', 'DBParameterGroupName', 'VPCSecurityGroups', 'NetworkType');
  onProgress('postgres');
  const password = properties.text('MasterUserPassword');
  names.addDatabase(address);
  const { port } = await startDatabase({ resourceId, user, password, database });
  databases.set(identifier, {
    engine: 'postgres',
    host: address,
    port,
    dbname: database,
    dbInstanceIdentifier: identifier,
  });
  return {
    ref: identifier,
    attributes: {
      'Endpoint.Address': address,
      'Endpoint.Port': String(port),
      DbiResourceId: resourceId,
      DBInstanceArn: arn('rds', `db:${identifier}`),
    },
  };
};

export const rds: Record<string, Make> = {
  'AWS::RDS::DBSubnetGroup': makeSubnetGroup,
  'AWS::RDS::DBParameterGroup': makeParameterGroup,
  'AWS::RDS::DBInstance': makeInstance,
};
