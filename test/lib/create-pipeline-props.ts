import type { CreatePipelineProps } from '../../lib/create-pipeline.ts';
import type { Network } from '../../lib/network.ts';

/** Props of a create pipeline that are valid. */
export const createPipelineProps = (
  network: Network,
  changes: Partial<CreatePipelineProps> = {},
): CreatePipelineProps => ({
  environment: {
    DATABASE_HOST: 'db',
    DATABASE_PORT: '5432',
    DATABASE_NAME: 'belfry',
    DATABASE_USER: 'belfry_writer',
    PUSH_BY: 'post',
    CONNECTIONS_TABLE_NAME: 'connections',
    DELIVERIES_TABLE_NAME: 'deliveries',
    CONNECTIONS_ENDPOINT: 'https://sockets.example.com/live',
    CONNECTIONS_ADDRESS_FAMILY: '6',
    DUE_TIMES_TABLE_NAME: 'due-times',
  },
  network,
  createScope: 'notifications:create',
  policy: { scopes: [], types: { payout: { sources: ['payments', 'ledger'] } }, strictTypes: false },
  createsPerMinute: 600,
  ...changes,
});
