import { assumptions } from '../assumptions.ts';
import { type Line, linesOf } from '../line.ts';
import { secondsOfMonth } from '../month.ts';
import { prices } from '../prices.ts';
import type { StackFacts } from '../stack-facts.ts';
import type { Workload } from '../workload.ts';

/** A command with so many bytes beside its content, and 40 for each user. */
const commandBytes = ({ size, recipients }: Workload['usage']): number => 500 + size + recipients * 40;

const chunks = (usage: Workload['usage']): number => Math.ceil(commandBytes(usage) / (64 * 1_024));

const sqs = linesOf('SQS');

/**
 * Lambda polls a queue all the time, by long polling with five pollers. With a maximum concurrency, which the create queue
 * has, it never uses fewer. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export function sqsLines({ polledQueues }: StackFacts, { usage, commands }: Workload): Line[] {
  const { pollers, seconds } = assumptions.poll;
  return [
    sqs('polling', (polledQueues * pollers * secondsOfMonth) / seconds, prices.queueRequests),
    // Sent, received and deleted, one message at a time.
    sqs(
      'create commands',
      usage.door === 'queue' ? commands * (2 * chunks(usage) + 1) : 0,
      prices.queueRequests,
    ),
  ];
}

const eventBridge = linesOf('EventBridge');

export const eventBridgeLines = ({ usage, commands, events }: Workload): Line[] => [
  eventBridge('create commands', usage.door === 'event' ? commands * chunks(usage) : 0, prices.customEvents),
  eventBridge('events', events, prices.customEvents),
];
