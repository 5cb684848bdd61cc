import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';

/**
 * Allows a function to read the stream of a table, as Lambda's mapping needs. The table's own grant would allow listing the
 * streams of every table. The mapping does not need that: it has the ARN of the stream. An ARN cannot narrow the permission to
 * list, so a grant on this stream would allow nothing.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * @returns the ARN of the stream, and the grant, which must be there before the mapping
 */
export function grantReadStream({ tableStreamArn, node }: Table, grantee: IGrantable) {
  if (tableStreamArn === undefined) throw new Error(`The table ${node.path} has no stream.`);
  const grant = Grant.addToPrincipal({
    grantee,
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    resourceArns: [tableStreamArn],
  });
  return { eventSourceArn: tableStreamArn, grant };
}
