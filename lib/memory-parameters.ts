/**
 * The parameters of PostgreSQL that leave memory for sign-ins. AWS asks for 300 to 1,000 MiB of it for IAM database
 * authentication, and to take them from buffers and caches on a burstable instance.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html#UsingWithRDS.IAMDBAuth.Limitations
 *
 * They follow from the memory of the instance (`DBInstanceClassMemory`, in bytes, without what RDS needs for itself), so that
 * another class needs no other group. Decision 0034 has the arithmetic.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html
 *
 * `max_connections` is left to RDS: it grows with the memory, from about 80. The limits of the database users are below that.
 */
export const memoryParameters = {
  // In pages of 8 kB: RDS's quarter of the memory less 128 MiB. On t4g.micro that leaves 54 MiB of 182.
  shared_buffers: 'SUM({DBInstanceClassMemory/32768},-16384)',
  // In kB: RDS's formulas without their minimum of 64 MiB. On t4g.micro that is 11 MiB for a migration that builds an index, and
  // 23 MiB for each autovacuum worker.
  maintenance_work_mem: '{DBInstanceClassMemory/63963136*1024}',
  autovacuum_work_mem: '{DBInstanceClassMemory/32768}',
};
