import { migrateDatabase } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';

export const handler = invocation(migrateDatabase);
