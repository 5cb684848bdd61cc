/**
 * Writes `dist/sbom.cdx.json`, the software bill of materials of what is shipped, in CycloneDX: the bundles of the functions,
 * `belfry` and `belfry-cdk`, and each package of others that they may contain. It is made of `package-lock.json`, without the
 * network.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Component {
  'bom-ref': string;
  name: string;
  version: string;
}

/** The parts of a CycloneDX document that are read or changed here. */
export interface Sbom {
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** The workspaces whose code is shipped. Their bundles contain their `dependencies`. */
const shipped = ['functions', 'client', 'lib'];

/**
 * The document of everything that is shipped.
 *
 * npm's own document has the tools too. Its option `--omit dev` leaves out what is shipped as well, because the root lists
 * the same packages for the tests.
 */
export function createSbom(): Sbom {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--offline'];
  const all: Sbom = JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 }),
  );
  const workspaces = shipped.map(manifestOf);
  const refs = new Set(workspaces.map(refOf));
  const dependsOn = new Map(all.dependencies.map((each) => [each.ref, each.dependsOn]));
  const include = (ref: string): void => {
    if (refs.has(ref)) return;
    refs.add(ref);
    for (const next of dependsOn.get(ref) ?? []) include(next);
  };
  for (const workspace of workspaces) {
    for (const name of Object.keys(workspace.dependencies ?? {})) {
      const [ref] = (dependsOn.get(refOf(workspace)) ?? []).filter((each) => each.startsWith(`${name}@`));
      if (ref === undefined)
        throw new Error(`npm's document does not say which ${name} ${workspace.name} uses.`);
      include(ref);
    }
  }
  const rootRef = all.metadata.component['bom-ref'];
  return {
    ...all,
    metadata: { ...all.metadata, component: withOwnName(all.metadata.component) },
    components: all.components.filter((each) => refs.has(each['bom-ref'])).map(withOwnName),
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref) || ref === rootRef)
      .map((each) => ({ ...each, dependsOn: each.dependsOn.filter((ref) => refs.has(ref)) })),
  };
}

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
}

function manifestOf(workspace: string): Manifest {
  return JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
}

const refOf = ({ name, version }: Manifest): string => `${name}@${version}`;

/** npm gives a workspace the name of its folder. Its reference has the name of the package. */
function withOwnName(component: Component): Component {
  return { ...component, name: component['bom-ref'].replace(/@[^@]+$/, '') };
}

if (import.meta.main) {
  const sbom = createSbom();
  const file = join(root, 'dist/sbom.cdx.json');
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(sbom, undefined, 2)}\n`);
  console.log(`dist/sbom.cdx.json lists ${sbom.components.length} packages.`);
}
