import type { TemplateResource } from './assembly.ts';
import { referencesOf } from './intrinsics.ts';

/**
 * The logical ids in an order in which each resource comes after those that it refers to or depends on. Otherwise the
 * order of the template stays. Throws if a reference has no target, or if there is a cycle, and names it.
 * `known` are the names that are not resources: parameters and pseudo parameters.
 */
export function inDependencyOrder(
  resources: Record<string, TemplateResource>,
  known: readonly string[],
): string[] {
  const ordered = new Set<string>();

  function visit(logicalId: string, path: string[]): void {
    if (ordered.has(logicalId)) return;
    if (path.includes(logicalId)) {
      const cycle = [...path.slice(path.indexOf(logicalId)), logicalId].join(' -> ');
      throw new Error(`The template’s resources depend on each other in a cycle: ${cycle}.`);
    }
    const resource = resources[logicalId];
    if (!resource) {
      throw new Error(
        `${path.at(-1)} refers to ${logicalId}, which is neither a resource nor a parameter. Add it, or remove the reference.`,
      );
    }
    for (const dependency of dependenciesOf(logicalId, resource)) {
      if (!known.includes(dependency)) visit(dependency, [...path, logicalId]);
    }
    ordered.add(logicalId);
  }

  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return [...ordered];
}

function dependenciesOf(logicalId: string, { Type, Properties, DependsOn = [] }: TemplateResource): string[] {
  return [...[DependsOn].flat(), ...referencesOf(Properties, `${logicalId} (${Type})`)];
}
