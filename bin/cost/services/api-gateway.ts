import { type Line, linesOf } from '../line.ts';
import { prices } from '../prices.ts';
import type { Workload } from '../workload.ts';

const line = linesOf('API Gateway');

const messageBytes = 32 * 1_024;

export function apiGatewayLines(work: Workload): Line[] {
  const units = Math.ceil(work.frameBytes / messageBytes);
  return [
    line('HTTP requests', work.requests + work.preflights, prices.httpRequests),
    line('frames', work.posts * units, prices.webSocketMessages),
    line('pings and pongs', work.pings * 2, prices.webSocketMessages),
    line('connection minutes', work.connectionMinutes, prices.connectionMinutes),
  ];
}
