import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Sha256 } from '@smithy/core/checksum';
import { describe, expect, it } from 'vitest';
import pg from '../../bin/bundled/pg.ts';
import { Sha256 as BundledSha256 } from '../../bin/bundled/sha256.ts';

describe('What the bundles have instead of pg', () => {
  it('has every part that a function uses', () => {
    const functions = join(import.meta.dirname, '../../functions');
    const sources = globSync('**/*.ts', { cwd: functions }).map((file) =>
      readFileSync(join(functions, file), 'utf8'),
    );
    const importing = sources.filter((source) => /^import pg from 'pg'/m.test(source));
    // A type has no value: `pg.Client` is one in most places, and is there anyway.
    const used = importing.flatMap((source) =>
      [...source.matchAll(/(?<![\w.])pg\.([a-zA-Z]+)(?!\w|<|\[|Config)/g)].map(([, name]) => name),
    );
    const types = ['ClientConfig', 'CustomTypesConfig', 'QueryConfig', 'QueryResultRow'];
    expect(Object.keys(pg)).toEqual(
      expect.arrayContaining(used.filter((name) => !types.includes(name ?? ''))),
    );
    expect(used.length).toBeGreaterThan(5);
  });
});

describe('What the bundles have instead of the SDK’s SHA-256', () => {
  const key = Buffer.from('a key that is kept');

  it.each([
    ['a hash', undefined],
    ['an HMAC with a text', 'secret'],
    ['an HMAC with bytes', key],
    ['an HMAC with the same bytes once more', key],
    ['an HMAC with no bytes', new Uint8Array()],
  ])('makes the same: %s', async (_, secret) => {
    for (const parts of [[], ['one part'], ['two', ' parts']]) {
      const [own, sdk] = [new BundledSha256(secret), new Sha256(secret)];
      for (const part of parts) {
        own.update(Buffer.from(part));
        sdk.update(Buffer.from(part));
      }
      expect(Buffer.from(await own.digest()).toString('hex')).toBe(
        Buffer.from(await sdk.digest()).toString('hex'),
      );
    }
  });
});
