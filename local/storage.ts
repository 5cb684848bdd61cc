import { DatabaseSync } from 'node:sqlite';

/** The records of one kind, by id: plain data, written as JSON. */
export interface Records<Kept> {
  /** Keeps a record, in place of an earlier one of that id; it is kept when this returns. */
  put(id: string, record: Kept): void;
  get(id: string): Kept | undefined;
  delete(id: string): void;
  /** All of them, in the order in which their ids came. */
  all(): Kept[];
}

/** Where services of AWS keep what they have acknowledged: it is there again after this process was killed. */
export interface Storage {
  records<Kept extends object>(kind: string): Records<Kept>;
  /** Closes the file; nothing can be kept any more. */
  close(): void;
}

/**
 * Opens a storage in a file, which is made where it is absent, or in memory without one. With `durable` a record also
 * survives a crash of the machine, which costs a write to the disk each time.
 */
export function openStorage({ file = ':memory:', durable = false } = {}): Storage {
  const database = new DatabaseSync(file);
  // With a write-ahead log, what was written is safe from the end of the process at any of these levels.
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
    records: (kind) => ({
      put: (id, record) => void put.run(kind, id, JSON.stringify(record)),
      get: (id) => read(get.get(kind, id)),
      delete: (id) => void remove.run(kind, id),
      all: () => all.all(kind).map(read),
    }),
    close: () => database.close(),
  };
}

function read(row: Record<string, unknown> | undefined) {
  return row && JSON.parse(String(row.record));
}
