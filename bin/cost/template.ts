/** A CloudFormation template, as far as the costs need it. */
export interface Template {
  Resources: Record<string, Resource>;
}

interface Resource {
  Type: string;
  Properties?: unknown;
  Metadata?: Record<string, unknown>;
}

/** A resource whose properties have a form that the caller names. The CDK guarantees it. */
export interface Of<Properties> {
  id: string;
  properties: Properties;
  metadata: Record<string, unknown>;
}

/** All resources of a type. */
export const resourcesOf = <Properties>({ Resources }: Template, type: string): Of<Properties>[] =>
  Object.entries(Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties = {}, Metadata = {} }]) => ({
      id,
      properties: Properties as Properties,
      metadata: Metadata,
    }));

/** How many resources of a type there are. */
export const countOf = (template: Template, type: string): number => resourcesOf(template, type).length;

/** The logical id in a `Ref` or in `Fn::GetAtt`. */
export function idIn(reference: unknown): string {
  const { Ref, 'Fn::GetAtt': [id] = [Ref] } = Object(reference);
  return String(id);
}
