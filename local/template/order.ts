import type { TemplateResource } from './assembly.ts';
import { referencesOf } from './intrinsics.ts';

/**
 * The logical ids in an order in which each comes after all that it refers to or depends on, otherwise as written.
 * Throws where something refers to what is not in the template, and on a cycle, naming it.
 * `known` are the names that may be referred to and are no resources (parameters, pseudo parameters).
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
      throw new Error(`${path.at(-1)} refers to ${logicalId}, which is neither a resource nor a parameter.`);
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
