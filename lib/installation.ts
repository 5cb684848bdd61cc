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
  let stack = Stack.of(part);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  const path = part.node.path.slice(stack.node.path.length);
  const { account, region, stackName } = stack;
  const name = `${stackName}${path && `/${path.replace(/^\//, '')}`}`;
  return {
    id: `${account}/${region}/${name}`,
    hash: createHash('sha256').update(name).digest('hex').slice(0, 8),
  };
}
