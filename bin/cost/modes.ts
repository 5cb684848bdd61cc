/** The modes whose bills are shown, by the options that make them. */
export const modes = {
  'rds-ipv6': { database: 'rds', network: 'ipv6' },
  'rds-isolated': { database: 'rds', network: 'isolated' },
  'rds-nat': { database: 'rds', network: 'nat' },
  'aurora-ipv6': { database: 'aurora', network: 'ipv6' },
  'aurora-isolated': { database: 'aurora', network: 'isolated' },
  'aurora-nat': { database: 'aurora', network: 'nat' },
  // In no VPC. The VPC of an existing database, and a NAT gateway in it, are on another bill.
  existing: { database: 'existing', databaseSecret: 'belfry/database' },
} as const;

export type Mode = keyof typeof modes;

/** In the order of every table. The cast: these are the keys. */
export const modeNames = Object.keys(modes) as Mode[];

/** The mode of an installation without options. */
export const defaultMode: Mode = 'rds-ipv6';
