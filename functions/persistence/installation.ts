import pg from 'pg';
import { ownSchema } from './apply-migrations.ts';

const table = `${ownSchema}.installation`;

/**
 * Checks that the database belongs to no other installation, whose users could otherwise read and change everything.
 * @throws Error naming both installations, and what to do if they are one
 */
export async function checkInstallation(client: pg.Client, name: string): Promise<void> {
  const { rows: tables } = await client.query('SELECT WHERE to_regclass($1) IS NOT NULL', [table]);
  if (tables.length === 0) return;
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${table}`);
  const [owner] = rows;
  if (!owner || owner.name === name) return;
  throw new Error(
    `The database belongs to the installation ${owner.name}, and this is ${name}, so nothing was migrated. Give each ` +
      'installation a database of its own. If they are one, because the stack was renamed or moved, run ' +
      `UPDATE ${table} SET name = ${pg.escapeLiteral(name)} as the owner, then run again.`,
  );
}

/** Writes down to which installation the database belongs. */
export async function claimDatabase(client: pg.Client, name: string): Promise<void> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${table} (is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only), name text NOT NULL)`,
  );
  await client.query(
    `INSERT INTO ${table} (name) VALUES ($1) ON CONFLICT (is_only) DO UPDATE SET name = excluded.name
     WHERE installation.name <> excluded.name`,
    [name],
  );
}
