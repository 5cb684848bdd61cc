import { migrateDatabase } from './platform/container.ts';

export const handler = migrateDatabase;
