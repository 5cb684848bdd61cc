import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './functions/persistence/schema.ts',
  out: './migrations',
});
