import { migrateDatabase } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { serveMigration } from './transport/maintenance.ts';

export const handler = invocation(serveMigration(migrateDatabase));
