import { globSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onlyHosts } from '../../local/guards.ts';

const root = join(import.meta.dirname, '../..');

/** What the guard answers to a Host. */
function statusOf(host: string, allowed: string[] = []): number | undefined {
  const request: Pick<IncomingMessage, 'headers'> = { headers: { host } };
  return onlyHosts(allowed)(request as IncomingMessage)?.status;
}

describe('a server of this machine', () => {
  it('refuses every name on the internet, whatever it looks like', () => {
    const port = fc.option(fc.nat({ max: 65_535 }), { nil: undefined });
    fc.assert(
      fc.property(fc.domain(), port, (domain, number) => {
        expect(statusOf(number === undefined ? domain : `${domain}:${number}`)).toBe(421);
      }),
    );
  });

  it('refuses a request without a Host', () => {
    expect(statusOf('')).toBe(421);
  });

  it('answers under a name that the developer allows, in any case and with any port, and under no part of it', () => {
    const allowed = ['host.docker.internal'];
    expect(statusOf('Host.Docker.Internal:4402', allowed)).toBeUndefined();
    expect(statusOf('docker.internal', allowed)).toBe(421);
    expect(statusOf('a.host.docker.internal', allowed)).toBe(421);
  });
});

describe('the sources', () => {
  const sources = globSync(['bin/**/*.ts', 'local/**/*.ts', 'examples/**/*.ts'], {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === '.next',
  });
  const filesWith = (pattern: RegExp) =>
    sources.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));

  it('make HTTP servers in one place, which wants guards', () => {
    const makes = /import \{[^}]*\bcreateServer\b[^}]*\} from 'node:http';/;
    expect(filesWith(makes)).toEqual(['local/guarded-server.ts']);
  });

  it('listen in one place, on 127.0.0.1', () => {
    expect(filesWith(/\.listen\(/)).toEqual(['local/http-server.ts']);
  });
});
