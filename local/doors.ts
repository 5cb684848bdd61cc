import type { Outputs } from './command-line/outputs.ts';
import { signToken } from './command-line/sign-token.ts';
import { isRecord, parseJson } from './json.ts';

/** What a door says to a create command: a status as HTTP has them, and JSON. */
export interface DoorAnswer {
  status: number;
  body: unknown;
}

/** Takes a create command in, in the name of `user` where the door wants to know who sends. */
type Door = (command: unknown, user: string) => Promise<DoorAnswer>;

/** The outputs that lead to the doors. */
export type DoorOutputs = Pick<
  Outputs,
  'AwsEndpointUrl' | 'CreateFunctionName' | 'CreateQueueUrl' | 'EventBusName' | 'HttpApiUrl' | 'JwtSecret'
>;

/** One field that was refused: its dotted path, or an empty one for the command as a whole. */
interface FieldError {
  path: string;
  message: string;
}

/** The function's errors that a producer can act upon; what is not here is ours to mend, and a 500. */
const refusals: Record<string, { status: number; code: string }> = {
  ValidationError: { status: 400, code: 'invalid_request' },
  IdempotencyConflict: { status: 409, code: 'idempotency_conflict' },
  Unavailable: { status: 503, code: 'unavailable' },
};

/**
 * The four doors of the running system, each as a producer goes through it: with the AWS SDK, or with a token.
 *
 * - `invoke` and `http` answer 201 with the notification (200 where the idempotency key was used before), or
 *   `{ code, errors? }` with a `message` or `detail` under 400, 409, 500 or 503.
 * - `event` and `message` answer 202 with the `id` that the bus or the queue gave.
 *
 * They throw where a door does not open at all.
 */
export function openDoors(outputs: DoorOutputs) {
  // The endpoint takes any credentials of a developer for those of the account.
  const configuration = {
    endpoint: outputs.AwsEndpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };

  // The SDK is imported where it is used, since to load it takes longer than to start.
  const doors = {
    async invoke(command) {
      const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
      const { Payload, FunctionError } = await new LambdaClient(configuration).send(
        new InvokeCommand({ FunctionName: outputs.CreateFunctionName, Payload: JSON.stringify(command) }),
      );
      const payload = parseJson(Payload?.transformToString() ?? '');
      if (FunctionError) return failed(payload);
      return { status: isRecord(payload) && payload.created === false ? 200 : 201, body: payload };
    },

    async event(command) {
      const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
      const entry = {
        EventBusName: outputs.EventBusName,
        Source: 'belfry.send',
        DetailType: 'notification.create',
        Detail: JSON.stringify(command),
      };
      const { Entries } = await new EventBridgeClient(configuration).send(
        new PutEventsCommand({ Entries: [entry] }),
      );
      return { status: 202, body: { id: Entries?.[0]?.EventId } };
    },

    async message(command) {
      const { SendMessageCommand, SQSClient } = await import('@aws-sdk/client-sqs');
      const { MessageId } = await new SQSClient(configuration).send(
        new SendMessageCommand({ QueueUrl: outputs.CreateQueueUrl, MessageBody: JSON.stringify(command) }),
      );
      return { status: 202, body: { id: MessageId } };
    },

    async http(command, user) {
      const token = await signToken(outputs.JwtSecret, { user, scope: 'notifications:create' });
      const response = await fetch(`${outputs.HttpApiUrl}/notifications`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(command),
      });
      return { status: response.status, body: parseJson(await response.text()) };
    },
  } satisfies Record<string, Door>;
  return new Map<string, Door>(Object.entries(doors));
}

function failed(payload: unknown): DoorAnswer {
  const { errorType, errorMessage } = isRecord(payload) ? payload : {};
  const refusal = refusals[String(errorType)];
  if (!refusal) {
    const message = `The create function failed with ${errorType}; the lines that npm start prints say more.`;
    return { status: 500, body: { code: 'internal', message } };
  }
  const { status, code } = refusal;
  const message = String(errorMessage);
  return { status, body: { code, message, ...(status === 400 && { errors: readFieldErrors(message) }) } };
}

const fieldError =
  /^(?<path>(?:user_ids?|actor_id|title|body|metadata|channel|idempotency_key)(?:\.\S+)?|\S+(?= is not a known field$)) (?<message>.+)$/su;

/**
 * An invocation carries one message for all fields (`title is required; body must …`), whose parts may hold a
 * semicolon themselves: what does not begin with a field's name belongs to the part before.
 */
function readFieldErrors(text: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of text.split('; ')) {
    const { path = '', message = part } = fieldError.exec(part)?.groups ?? {};
    const before = errors.at(-1);
    if (path === '' && before) before.message += `; ${message}`;
    else errors.push({ path, message });
  }
  return errors;
}
