/** The domains of AWS outside of its main partition, by the beginning of their regions. */
const otherDomains = {
  'cn-': 'amazonaws.com.cn',
  'eusc-': 'amazonaws.eu',
  'us-iso-': 'c2s.ic.gov',
  'us-isob-': 'sc2s.sgov.gov',
  'us-isof-': 'csp.hci.ic.gov',
  'eu-isoe-': 'cloud.adc-e.uk',
};

/** The domain of AWS's services in a region, such as `amazonaws.com`. */
export function awsDomain(region: string): string {
  const [, domain = 'amazonaws.com'] =
    Object.entries(otherDomains).find(([prefix]) => region.startsWith(prefix)) ?? [];
  return domain;
}
