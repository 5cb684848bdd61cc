import { describe, expect, it } from 'vitest';
import { connectionStrings } from '../../local/emulator/database-secret.ts';

const owner = 'postgres://owner:secret@127.0.0.1:5432';
const usersOf = (strings: Record<string, string>) =>
  ['reader', 'writer', 'purger'].map((role) => new URL(strings[role] ?? '').username);

describe('The secret of the database in an emulator', () => {
  const strings = connectionStrings(`${owner}/belfry`);

  it('has a user for each role, with a password of its own, in the database of the owner', () => {
    expect(strings.owner).toBe(`${owner}/belfry`);
    expect(strings.writer).toMatch(
      /^postgres:\/\/belfry_writer_[0-9a-f]{8}:[0-9a-f]{64}@127\.0\.0\.1:5432\/belfry$/,
    );
    expect(new Set(Object.values(strings).map((url) => new URL(url).password)).size).toBe(4);
  });

  it('is the same at every deployment', () => {
    expect(connectionStrings(`${owner}/belfry`)).toEqual(strings);
  });

  it('names other users for another database of the same server', () => {
    const others = usersOf(connectionStrings(`${owner}/staging`));
    expect(usersOf(strings).filter((user) => others.includes(user))).toEqual([]);
  });
});
