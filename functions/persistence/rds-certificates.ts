import { readFileSync } from 'node:fs';

/** The certificates of the authorities that sign for RDS, in PEM. */
export interface RdsCertificates {
  /** The authorities of each region. */
  regions: Readonly<Record<string, readonly string[]>>;
  /** The authorities that sign for RDS Proxy, in every region. */
  proxies: readonly string[];
}

/**
 * What the certificate of a host of RDS can be verified with: the authorities of its region. If the file does not know the
 * region, they are those of all regions: the writer of a global cluster of Aurora has a name without a region. Empty for a
 * host outside of AWS, because RDS signs for its own names only.
 *
 * TLS reads each certificate again for each connection. 120 of them cost 8 ms of CPU time, and 8 cost 1 ms.
 * @param file JSON of `RdsCertificates`, read for hosts of AWS only. If it is undefined, the result is empty
 */
export function rdsCertificatesFor(host: string, file: string | undefined): string[] {
  const labels = host.toLowerCase().split('.');
  if (file === undefined || !labels.includes('amazonaws')) return [];
  const { regions, proxies }: RdsCertificates = JSON.parse(readFileSync(file, 'utf8'));
  const region = labels.find((label) => Object.hasOwn(regions, label));
  const authorities = region === undefined ? Object.values(regions).flat() : regions[region];
  return [...(authorities ?? []), ...proxies];
}
