import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** What tells an installation from others, at every deployment of it. */
export interface Installation {
  /** Unlike that of any other installation: `<account>/<region>/<stack>/<path>`. Known at the deployment. */
  id: string;
  /** Eight hexadecimal digits for names, from the stack's name and the path in it. Known at synthesis. */
  hash: string;
}

/**
 * The installation that a construct is directly part of. CloudFormation too knows its resources by the name of the stack and
 * by their paths in it: if one of the two changes, all resources are made anew.
 */
export function installationOf({ node: { scope: part } }: Construct): Installation {
  if (!part) throw new Error('A stack is no part of an installation. Give a construct of one.');
  const { stack, path } = placeOf(part);
  const address = [stack.stackName, ...path];
  return { id: [stack.account, stack.region, ...address].join('/'), hash: hashOf(address) };
}

/** How long a unique name is at most. The name of an API may have 128 characters, and a namespace 255. */
const nameLength = 100;

/**
 * A name for a resource that CloudFormation does not name: the stack's name, the path in it, and a hash of both. It has at
 * most 100 letters, digits and hyphens, or as many as `longest`. No other resource of the account and region has it,
 * in whichever stack or construct, because the name of a stack is unique there. A resource that gets another logical id gets
 * another name too, so CloudFormation can create it before it deletes the former one.
 *
 * @example
 * new EventBus(this, 'Bus', { eventBusName: uniqueName(this, 'Bus') });
 */
export function uniqueName(scope: Construct, id: string, longest?: number): string {
  const { stack, path } = placeOf(scope);
  return nameOf([stack.stackName, ...path, id], longest);
}

/**
 * The CloudWatch namespace of the metrics that the functions of an installation write: `Belfry/<stack>` if the construct
 * has the usual id, and a unique name of the construct otherwise. CloudWatch would add up the metrics of two
 * installations in one namespace.
 */
export function metricsNamespaceOf(installation: Construct): string {
  const { stack, path } = placeOf(installation);
  const isUsual = path.join('/') === usualId;
  return isUsual ? `Belfry/${stack.stackName}` : `Belfry/${stack.stackName}/${nameOf(path)}`;
}

/** The id of the construct in `NotificationsStack`, and in the examples. */
const usualId = 'Notifications';

/** The stack that CloudFormation deploys, and the ids of the constructs on the way from it to this one. */
function placeOf(construct: Construct): { stack: Stack; path: string[] } {
  let stack = Stack.of(construct);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  const path = construct.node.path.slice(stack.node.path.length);
  return { stack, path: path.split('/').filter(Boolean) };
}

/** The letters, digits and hyphens of an address, and its hash, which differs from that of an address with the same letters. */
function nameOf(address: readonly string[], longest = nameLength): string {
  const ending = `-${hashOf(address)}`;
  const readable = address.map((part) => part.replaceAll(/[^A-Za-z0-9-]/g, '')).join('-');
  return readable.slice(0, longest - ending.length) + ending;
}

const hashOf = (address: readonly string[]) =>
  createHash('sha256').update(address.join('/')).digest('hex').slice(0, 8);
