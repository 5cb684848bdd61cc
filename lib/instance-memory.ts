/**
 * The memory of an instance class in GiB, from its size and its family: classes of one size have the same memory, and
 * memory-optimized ones (`r`) twice as much. A class that does not follow this counts as infinitely large.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
 *
 * @param instanceType without the prefix `db.`, such as `t4g.micro`
 */
export function memoryOf(instanceType: string): number {
  const [family = '', size = ''] = instanceType.split('.');
  const factor = family.startsWith('r') ? 2 : 1;
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  if (times !== undefined) return 16 * Number(times || 1) * factor;
  const sizes: Readonly<Record<string, number>> = { micro: 1, small: 2, medium: 4, large: 8 };
  return (sizes[size] ?? Number.POSITIVE_INFINITY) * factor;
}

/**
 * How many connections RDS allows by its formula: the memory divided by 9,531,392 bytes, and 5,000 at most. It does not count
 * the memory that RDS itself uses, so a small instance has fewer: `t4g.micro` about 80 instead of 112.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 */
export const connectionsOf = (memoryGiB: number): number =>
  Math.min(Math.floor((memoryGiB * 1024 ** 3) / 9_531_392), 5_000);
