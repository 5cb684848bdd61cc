import { Token } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { CreatePipeline } from './create-pipeline.ts';

/**
 * The one door that a producer may use. `sources` are the event sources that it may name: 1 or more, each as a rule in
 * `types` spells it, without wildcards and not beginning with `aws.`.
 *
 * @example
 * notifications.grantCreate(payments, { door: 'event', sources: ['payments'] });
 */
export type CreateGrant =
  | { door: 'invoke' }
  | { door: 'event'; sources: readonly string[] }
  | { door: 'queue' };

/** What is behind the doors of AWS. */
type Doors = Pick<CreatePipeline, 'function' | 'bus' | 'queue'>;

/**
 * Allows a producer to create by one door, or by all doors of AWS if `grant` is left out.
 * @throws Error naming what is wrong with the grant, and what it may be
 */
export function grantCreate(doors: Doors, grantee: IGrantable, grant?: CreateGrant): void {
  if (grant === undefined) {
    doors.function.grantInvoke(grantee);
    doors.bus.grantPutEventsTo(grantee);
    doors.queue.grantSendMessages(grantee);
    return;
  }
  checkGrant(grant);
  switch (grant.door) {
    case 'invoke':
      doors.function.grantInvoke(grantee);
      return;
    case 'event':
      grantSources(doors.bus, grantee, grant.sources);
      return;
    case 'queue':
      doors.queue.grantSendMessages(grantee);
  }
}

/**
 * One request may hold events of several sources, so the key has a list of values, and each of them must be a granted one.
 * Without `Null`, a request without the key would be allowed.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function grantSources(
  bus: Pick<IEventBus, 'eventBusArn'>,
  grantee: IGrantable,
  sources: readonly string[],
): void {
  Grant.addToPrincipal({
    grantee,
    actions: ['events:PutEvents'],
    resourceArns: [bus.eventBusArn],
    conditions: {
      'ForAllValues:StringEquals': { 'events:source': [...new Set(sources)] },
      Null: { 'events:source': 'false' },
    },
  });
}

/** The types hold for TypeScript alone, and a grant that is wrong in JavaScript must not allow more than is meant. */
function checkGrant(grant: CreateGrant): void {
  const { door, sources }: { door?: unknown; sources?: unknown } = Object(grant);
  if (door === 'http') {
    throw new Error(
      'grantCreate: the door http needs no grant in IAM. Give the producer a token with the scope for creating instead.',
    );
  }
  if (door !== 'invoke' && door !== 'event' && door !== 'queue') {
    throw new Error(
      `grantCreate: there is no door ${textOf(door)}. Use invoke, event or queue, or leave the second argument out to grant all three.`,
    );
  }
  if (door === 'event') checkSources(sources);
  else if (sources !== undefined) {
    throw new Error(
      `grantCreate: the door ${door} has no sources, so it cannot be granted for ${textOf(sources)}. Leave sources out, or grant the door event.`,
    );
  }
}

function checkSources(sources: unknown): void {
  if (!Array.isArray(sources) || sources.length === 0) {
    throw new Error(
      `grantCreate: the door event needs the sources that the producer may name, such as ['booking']; sources is ${textOf(sources)}. ` +
        'To allow every source, use eventBus.grantPutEventsTo.',
    );
  }
  for (const source of sources) {
    const fault = faultOf(source);
    if (fault) throw new Error(`grantCreate: the source ${textOf(source)} ${fault}.`);
  }
}

/** @returns why the text names no source that a producer can use; undefined if it does, or if only a deployment knows it */
function faultOf(source: unknown): string | undefined {
  if (typeof source !== 'string' || source === '') return 'must be a text that is not empty';
  if (Token.isUnresolved(source)) return undefined;
  if (source.trim() !== source) return 'must not begin or end with white space';
  // The condition compares sources as they are, so a wildcard would match no event.
  if (/[*?]|\$\{/.test(source)) return 'must not contain *, ? or ${: name each source in full';
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
  if (source.startsWith('aws.'))
    return 'must not begin with aws., because EventBridge accepts such events from AWS alone';
  return undefined;
}

const textOf = (value: unknown): string => JSON.stringify(value) ?? String(value);
