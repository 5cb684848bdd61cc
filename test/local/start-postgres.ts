/** Starts PostgreSQL with the options in its argument and tells its parent; ends when the parent does. */
import { startPostgres } from '../../local/database/postgres.ts';

const options = JSON.parse(process.argv[2] ?? '{}');
process.on('disconnect', () => process.exit());
try {
  const { socketDirectory } = await startPostgres({
    port: 0,
    superuser: 'rdsadmin',
    password: 'password',
    durable: false,
    ...options,
  });
  process.send?.({ socketDirectory });
} catch (error) {
  process.send?.({ error: String(error) });
  process.disconnect();
}
