import { countOf, resourcesOf, type Template } from './template.ts';

/** An RDS instance. */
export interface RdsFacts {
  kind: 'rds';
  /** The instance class without the prefix `db.`. */
  instanceType: string;
  /** In how many zones an instance runs. */
  zones: 1 | 2;
  storageGb: number;
  maxStorageGb: number;
  backupDays: number;
  /** Whether a proxy is in front of it. */
  hasProxy: boolean;
}

/** An Aurora Serverless v2 cluster. */
export interface AuroraFacts {
  kind: 'aurora';
  minAcus: number;
  maxAcus: number;
  /** After how many seconds without a connection it pauses. Left out: never. */
  pausesAfterSeconds?: number;
  backupDays: number;
  /** Whether a proxy is in front of it. */
  hasProxy: boolean;
}

/** The database that a stack makes. */
export type DatabaseFacts = RdsFacts | AuroraFacts;

interface Instance {
  DBInstanceClass: string;
  MultiAZ?: boolean;
  AllocatedStorage: string;
  MaxAllocatedStorage: number;
  BackupRetentionPeriod: number;
}

interface Cluster {
  BackupRetentionPeriod: number;
  ServerlessV2ScalingConfiguration: {
    MinCapacity: number;
    MaxCapacity: number;
    SecondsUntilAutoPause?: number;
  };
}

/** The database of a template. Undefined: it has none, because the database exists already. */
export function databaseFacts(template: Template): DatabaseFacts | undefined {
  const hasProxy = countOf(template, 'AWS::RDS::DBProxy') > 0;
  const [cluster] = resourcesOf<Cluster>(template, 'AWS::RDS::DBCluster');
  if (cluster) return { ...auroraFacts(cluster.properties), hasProxy };
  const [instance] = resourcesOf<Instance>(template, 'AWS::RDS::DBInstance');
  return instance && { ...rdsFacts(instance.properties), hasProxy };
}

function auroraFacts({
  BackupRetentionPeriod,
  ServerlessV2ScalingConfiguration,
}: Cluster): Omit<AuroraFacts, 'hasProxy'> {
  const { MinCapacity, MaxCapacity, SecondsUntilAutoPause: pause } = ServerlessV2ScalingConfiguration;
  return {
    kind: 'aurora',
    minAcus: MinCapacity,
    maxAcus: MaxCapacity,
    ...(pause !== undefined && { pausesAfterSeconds: pause }),
    backupDays: BackupRetentionPeriod,
  };
}

const rdsFacts = (instance: Instance): Omit<RdsFacts, 'hasProxy'> => ({
  kind: 'rds',
  instanceType: instance.DBInstanceClass.replace(/^db\./, ''),
  zones: instance.MultiAZ ? 2 : 1,
  storageGb: Number(instance.AllocatedStorage),
  maxStorageGb: instance.MaxAllocatedStorage,
  backupDays: instance.BackupRetentionPeriod,
});
