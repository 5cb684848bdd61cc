import { ValidationError } from '../core/errors.ts';
import { isObject } from '../core/parse.ts';
import { type BusEvent, isBusEvent, parseJson } from './create-events.ts';

/** What an AWS service puts around a command, how to recognize it, and how to make the service send the command alone. */
interface Envelope {
  what: string;
  isOne(value: Record<string, unknown>): boolean;
  remedy: string;
}

const transformer = 'Give the target an input transformer (or an input path) that makes the command.';
const ownFunction = 'Send the command from a function of your own.';

/** The services that have a target, a subscription or a trigger that leads here. The first that fits counts. */
const envelopes: readonly Envelope[] = [
  {
    what: 'a notification of SNS',
    isOne: ({ Type, TopicArn, Records }) =>
      (isText(Type) && isText(TopicArn)) || firstOf(Records).EventSource === 'aws:sns',
    remedy: 'Subscribe the create queue to the topic, with raw message delivery, and publish the command.',
  },
  {
    what: 'an event of EventBridge',
    isOne: isBusEvent,
    remedy: transformer,
  },
  {
    what: 'an alarm of CloudWatch',
    isOne: ({ alarmArn, alarmData }) => isText(alarmArn) && isObject(alarmData),
    remedy: `Use a rule of EventBridge for the alarm. ${transformer}`,
  },
  {
    what: 'a request of an API or a load balancer',
    isOne: ({ requestContext, httpMethod, rawPath }) =>
      isObject(requestContext) && (isText(httpMethod) || isText(rawPath)),
    remedy: 'Its mapping must make the command of the request’s body.',
  },
  {
    what: 'the record of an invocation, which Lambda sends to a destination',
    isOne: ({ requestContext, requestPayload }) => isObject(requestContext) && requestPayload !== undefined,
    remedy: ownFunction,
  },
  {
    what: 'a batch of records',
    isOne: ({ Records, records }) => Array.isArray(Records) || Array.isArray(records) || isObject(records),
    remedy: `Use EventBridge or a pipe to the create queue instead. ${transformer}`,
  },
  {
    what: 'a record of a queue or a stream, as EventBridge Pipes passes it on',
    isOne: ({ eventSource }) => isText(eventSource),
    remedy: transformer,
  },
  {
    what: 'a batch of log entries of CloudWatch Logs',
    isOne: ({ awslogs }) => isObject(awslogs),
    remedy: ownFunction,
  },
];

const isText = (value: unknown): value is string => typeof value === 'string';

const firstOf = (records: unknown): Record<string, unknown> =>
  Array.isArray(records) && isObject(records[0]) ? records[0] : {};

const notAnObject = 'The command must be a JSON object, and this is';

/**
 * What an input is that is no command but looks like what an AWS service puts around one, and what to do. Nothing is
 * unpacked here: the door would not know the identity of the sender any more, nor the same idempotency key for a retry.
 */
export function hintFor(input: unknown): string | undefined {
  if (Array.isArray(input))
    return `${notAnObject} a list. A pipe sends lists to a function: let it send to the create queue. ${transformer}`;
  if (isText(input) && isObject(parseJson(input))) {
    return `${notAnObject} JSON inside of a JSON text. Encode the command once. If a schedule sends it, set its input.`;
  }
  if (!isObject(input)) return undefined;
  const found = envelopes.find(({ isOne }) => isOne(input));
  return found && `This is ${found.what}, not a command. ${found.remedy}`;
}

/** What to do if the detail of an event is no command. */
export const hintForDetail = ({ 'detail-type': type, detail }: BusEvent): string | undefined =>
  hintFor(detail) ??
  (type === 'notification.create' ? undefined : `The detail must be the command. ${transformer}`);

/**
 * Puts a hint before the wrong fields of a command that was refused.
 * @throws ValidationError as `read` does, with the hint as a mistake of the whole input
 */
export function withHint<Result>(hint: string | undefined, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (hint === undefined || !(error instanceof ValidationError)) throw error;
    const ofFields = error.errors.filter(({ path }) => path !== '');
    throw new ValidationError([{ path: '', message: hint }, ...ofFields]);
  }
}
