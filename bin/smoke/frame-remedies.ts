import { Failure } from './failure.ts';
import { type Installation, logOf } from './installation.ts';
import type { DeliveryReport } from './way.ts';

/** How a function that posts gets out of its VPC, and what is missing if it does not. */
const egress = [
  'A function in the VPC has no way to the sockets. network=ipv6 needs, in a VPC of your own, an IPv6 range in each subnet, a route ::/0 to an egress-only internet gateway, and port 443 to ::/0 in the security group; network=nat a route 0.0.0.0/0 to a NAT gateway. docs/deploy.md#other-networks',
  'If no route may lead out of the VPC, deploy with network=isolated.',
];

/**
 * The failure of a frame that did not come.
 * @param change.functionName whose frame it is. Default: `Create`
 * @param change.report of the create; undefined if its door has none
 */
export function missingFrame(
  installation: Installation,
  waitMs: number,
  { functionName = 'Create', report }: { functionName?: string; report?: DeliveryReport | undefined },
): Failure {
  const happened = `No frame came within ${waitMs / 1_000} s.`;
  const create = logOf(installation, 'Create');
  const deliver = logOf(installation, 'Deliver');
  if (functionName !== 'Create') {
    return new Failure(happened, [
      `Look for delivery_failed and redelivery_not_queued in ${logOf(installation, functionName)}, and into ${deliver}.`,
      ...egress,
    ]);
  }
  if (!report) {
    return new Failure(happened, [
      'If the step List finds the notification, the frame alone is missing: run the check with --door invoke, whose answer says more.',
      `Otherwise the command did not arrive, or was refused. Look for create_refused and create_failed in ${create}, and at the dead letters: docs/operations.md#createsgivenup`,
      'An event reaches no function if the bus is not that of the output EventBusName.',
    ]);
  }
  const { connections, posted, gone, failed } = report;
  const counted = `The create function found ${connections} connections: ${posted} posted, ${gone} gone, ${failed} failed.`;
  const missing = (...remedies: string[]) => new Failure(`${happened} ${counted}`, remedies);
  if (connections === 0) {
    return missing(
      `With network=isolated, the deliver function posts: look into ${deliver}, and at the alarm RedeliveryLate. docs/operations.md#redeliverylate`,
      'Otherwise the socket is that of another installation: take HttpApiUrl, WebSocketUrl and CreateFunctionName of one stack.',
      `Or the connections could not be read: look for connections_not_found in ${create}.`,
    );
  }
  if (failed > 0) {
    return missing(
      ...egress,
      `The redelivery failed too: look into ${deliver}, and for delivery_failed in ${create}.`,
    );
  }
  if (posted > 0) {
    return missing(
      'API Gateway has accepted the frame for a socket. If the user has other open pages, it may be theirs: run the check with a user of its own, without --token.',
      'Something between API Gateway and this machine may hold frames back, such as a proxy. Try another network.',
    );
  }
  return missing(
    gone > 0
      ? 'API Gateway does not know the connection: WebSocketUrl and the create function belong to different APIs. Deploy again.'
      : `The redelivery could not be queued: look for redelivery_not_queued in ${create}.`,
  );
}

/** The failure of a frame that came by a redelivery, because the inline post had failed. */
export function lateFrame(installation: Installation, functionName: string, afterMs: number): Failure {
  return new Failure(
    `The frame came ${Math.round(afterMs)} ms late, as inbox.changed by the stream, because the inline post had failed.`,
    [
      ...egress,
      `The status of the post is in ${logOf(installation, functionName)}: delivery_failed. One 429 or 5xx of API Gateway is no fault of the installation: run the check again. docs/operations.md#postsfailed`,
    ],
  );
}
