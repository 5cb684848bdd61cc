import { assumptions } from '../assumptions.ts';
import { gigabytes, type Line, linesOf } from '../line.ts';
import { hoursOfMonth } from '../month.ts';
import { prices } from '../prices.ts';
import type { StackFacts } from '../stack-facts.ts';
import type { Workload } from '../workload.ts';

const vpc = linesOf('VPC');
const transfer = linesOf('Data transfer');

export function networkLines(stack: StackFacts, work: Workload): Line[] {
  const { post, answer } = assumptions.bytes;
  const pageBytes = assumptions.page * work.frameBytes;
  const postBytes = stack.natGateways > 0 ? work.posts * (work.frameBytes + post) : 0;
  const outBytes =
    work.posts * work.frameBytes +
    work.reads * (pageBytes + answer) +
    (work.requests - work.reads + work.preflights) * answer;
  const databaseBytes = stack.database
    ? (work.usage.notifications + work.marks) * work.frameBytes + work.reads * pageBytes
    : 0;
  return [
    vpc('NAT gateways', stack.natGateways * hoursOfMonth, prices.natHours),
    vpc('data through them', gigabytes(postBytes), prices.natData),
    vpc('public IPv4 addresses', stack.publicIpv4Addresses * hoursOfMonth, prices.publicIpv4Hours),
    transfer('to the internet', gigabytes(outBytes), prices.dataOut),
    // Half of the functions run in another zone than the database. Each byte is billed as it leaves and as it comes.
    transfer('between zones', (gigabytes(databaseBytes) / 2) * 2, prices.dataBetweenZones),
  ];
}
