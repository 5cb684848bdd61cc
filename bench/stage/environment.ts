import { join } from 'node:path';
import { anyClaims } from '../../test/support/token-rules.ts';
import { connectionsTable, credentials } from './services.ts';

/** Where a function finds what it uses. */
interface Places {
  databaseUrl: string;
  tables: string;
  sockets: string;
}

const nowhere = 'http://127.0.0.1:9';

/** The variables of a function, as the stack and Lambda set them. All functions and all arms get the same. */
export function environmentOf({
  databaseUrl = '',
  tables = nowhere,
  sockets = nowhere,
}: Partial<Places> = {}): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    CONNECTIONS_TABLE_NAME: connectionsTable,
    CONNECTIONS_ENDPOINT: sockets,
    CONNECTIONS_ADDRESS_FAMILY: '4',
    DELIVERIES_TABLE_NAME: 'deliveries',
    DUE_TIMES_TABLE_NAME: 'due-times',
    EVENTS_TABLE_NAME: 'events',
    EVENT_BUS_NAME: 'events',
    DEAD_LETTER_QUEUE_URL: `${nowhere}/123456789012/dead-letters`,
    PUSH_BY: 'post',
    METRICS_NAMESPACE: 'Belfry',
    CREATE_SCOPE: 'notifications:create',
    RATE_TABLE_NAME: 'rates',
    CREATES_PER_MINUTE: '0',
    ARCHIVE_AFTER_DAYS: '',
    DELETE_AFTER_DAYS: '90',
    ALLOWED_ORIGINS: '',
    CONNECTION_MINIMUM_LIFETIME_MINUTES: '15',
    CONNECTION_LIMIT: '10',
    JWT_SECRET: '0'.repeat(64),
    JWT_RULES: JSON.stringify([{ ...anyClaims, algorithms: ['HS256'] }]),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL: tables,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    LAMBDA_TASK_ROOT: join(import.meta.dirname, 'task'),
    // A new process must not read the settings of the person who runs the bench.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
