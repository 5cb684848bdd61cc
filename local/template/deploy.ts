import { createHash } from 'node:crypto';
import { account, region } from '../aws/arn.ts';
import { messageOf } from '../report.ts';
import { ec2 } from '../resources/ec2.ts';
import type { Made, Services } from '../resources/resource.ts';
import { inertTypes, resourceTypes } from '../resources/resource-types.ts';
import type { Assembly, TemplateResource } from './assembly.ts';
import { type Lookups, resolve } from './intrinsics.ts';
import { inDependencyOrder } from './order.ts';
import { createProperties } from './properties.ts';

/** The result of a deployment: the outputs of the stack, with cloud addresses, and the value of `Ref` by logical id. */
export interface Deployment {
  outputs: Record<string, string>;
  refs: Record<string, string>;
}

/** What is known about a template before anything is made: the order in which its resources are made. */
export interface Plan {
  assembly: Assembly;
  order: string[];
}

/** Throws on an unknown resource type or intrinsic, a dangling reference and a cycle, each with its name. */
export function planDeployment(assembly: Assembly): Plan {
  for (const [logicalId, { Type }] of Object.entries(assembly.resources)) {
    if (Type in resourceTypes || Type in inertTypes) continue;
    throw new Error(
      `${logicalId} (${Type}): this resource type is not supported locally. Leave it out, or add it to local/resources/resource-types.ts.`,
    );
  }
  const known = [...Object.keys(pseudoParameters(assembly.stackName)), ...Object.keys(assembly.parameters)];
  // The network is made first, because a function's reachability is decided when the function is made.
  const isNetwork = ([, { Type }]: [string, TemplateResource]) => Number(Type in ec2);
  const networkFirst = Object.entries(assembly.resources).sort((a, b) => isNetwork(b) - isNetwork(a));
  return { assembly, order: inDependencyOrder(Object.fromEntries(networkFirst), known) };
}

/**
 * Makes the resources one after the other, each after those that it refers to or depends on. The first failure ends the
 * deployment, with an Error that names the logical id and the type.
 */
export async function deploy({ assembly, order }: Plan, services: Services): Promise<Deployment> {
  const made = new Map<string, Made>();
  const lookups = createLookups(assembly, made, services);
  for (const logicalId of order) {
    const resource = assembly.resources[logicalId];
    if (resource) made.set(logicalId, await makeResource(logicalId, resource));
  }

  async function makeResource(logicalId: string, { Type, Properties = {} }: TemplateResource): Promise<Made> {
    const where = `${logicalId} (${Type})`;
    const make = resourceTypes[Type];
    if (!make) return { ref: `${assembly.stackName}-${logicalId}` };
    const properties = createProperties(Properties, where, (value, at) => resolve(value, lookups, at));
    const hash = createHash('sha256').update(`${assembly.stackName}/${logicalId}`).digest('hex');
    try {
      const result = await make(
        {
          logicalId,
          properties,
          nameBy: (property) => properties.optionalText(property) ?? `${assembly.stackName}-${logicalId}`,
          id: (length) => hash.slice(0, length),
        },
        services,
      );
      properties.end();
      return result;
    } catch (error) {
      const message = messageOf(error);
      throw new Error(message.startsWith(where) ? message : `${where}: ${message}`, { cause: error });
    }
  }

  return {
    outputs: Object.fromEntries(
      Object.entries(assembly.outputs).map(([name, { Value }]) => [
        name,
        String(resolve(Value, lookups, `Output ${name}`)),
      ]),
    ),
    refs: Object.fromEntries([...made].map(([logicalId, { ref }]) => [logicalId, ref])),
  };
}

function createLookups(assembly: Assembly, made: Map<string, Made>, { secrets }: Services): Lookups {
  const parameters: Record<string, string> = {
    ...assembly.parameters,
    ...pseudoParameters(assembly.stackName),
  };
  return {
    ref(name) {
      const value = parameters[name] ?? made.get(name)?.ref;
      if (value === undefined) throw new Error(`it refers to ${name}, which is not in the template`);
      return value;
    },
    attribute(logicalId, name) {
      const { ref, attributes = {} } = made.get(logicalId) ?? {};
      const type = assembly.resources[logicalId]?.Type ?? '';
      const value = attributes[name] ?? (type in inertTypes ? `${ref}-${name}` : undefined);
      if (value === undefined) {
        throw new Error(`the attribute ${name} of ${logicalId} (${type}) is not supported locally`);
      }
      return value;
    },
    dynamicReference(service, reference) {
      if (service === 'secretsmanager') return secrets.resolveReference(reference);
      throw new Error(`dynamic references to ${service} are not supported locally`);
    },
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
function pseudoParameters(stackName: string): Record<string, string> {
  return {
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
}
