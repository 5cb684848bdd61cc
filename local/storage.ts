import { DatabaseSync } from 'node:sqlite';
import { parseExactly } from './json.ts';

/** The records of one kind, by id: plain data, written as JSON. */
export interface Records<Kept> {
  /** Stores a record, and replaces an earlier one with this id. The record is stored when this returns. */
  put(id: string, record: Kept): void;
  get(id: string): Kept | undefined;
  delete(id: string): void;
  /** All records, in the order in which their ids were stored first. */
  all(): Kept[];
}

/** Stores what the services of AWS have acknowledged. It survives a kill of this process. */
export interface Storage {
  records<Kept extends object>(kind: string): Records<Kept>;
  /** Closes the file. After that, nothing can be stored. */
  close(): void;
}

/**
 * Opens a storage in `file`, which is made if it does not exist, or in memory. With `durable`, a record also survives a
 * crash of the machine; each `put` then waits for the disk.
 */
export function openStorage({ file = ':memory:', durable = false } = {}): Storage {
  const database = new DatabaseSync(file);
  // With a write-ahead log, both levels keep a record if only the process ends.
  // https://sqlite.org/pragma.html#pragma_synchronous
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${durable ? 'FULL' : 'OFF'};
    CREATE TABLE IF NOT EXISTS records (
      position INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, record TEXT NOT NULL, UNIQUE (kind, id))`);
  const put = database.prepare(
    'INSERT INTO records (kind, id, record) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET record = excluded.record',
  );
  const remove = database.prepare('DELETE FROM records WHERE kind = ? AND id = ?');
  const get = database.prepare('SELECT record FROM records WHERE kind = ? AND id = ?');
  const all = database.prepare('SELECT record FROM records WHERE kind = ? ORDER BY position');

  return {
    records: <Kept>(kind: string) => ({
      put: (id, record) => void put.run(kind, id, JSON.stringify(record)),
      get: (id) => read<Kept>(get.get(kind, id)),
      delete: (id) => void remove.run(kind, id),
      all: () => all.all(kind).flatMap((row) => read<Kept>(row) ?? []),
    }),
    close: () => database.close(),
  };
}

function read<Kept>(row: Record<string, unknown> | undefined): Kept | undefined {
  // The cast: every record was put as one of this kind.
  return row && (parseExactly(String(row.record)) as Kept);
}
