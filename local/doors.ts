import type { Outputs } from './command-line/outputs.ts';
import { signToken } from './command-line/sign-token.ts';
import { isRecord, parseJson } from './json.ts';

/** The answer of a door to a create command: an HTTP status and JSON. */
export interface DoorAnswer {
  status: number;
  body: unknown;
}

/** Takes a create command. Only the `http` door uses `user`. A door that does not answer rejects when `signal` aborts. */
type Door = (command: unknown, user: string, signal?: AbortSignal) => Promise<DoorAnswer>;

/** The outputs that name the doors of an installation. A door needs only its own. */
export type DoorOutputs = Partial<
  Pick<Outputs, 'CreateFunctionName' | 'CreateQueueUrl' | 'EventBusName' | 'HttpApiUrl'>
>;

/** What lets a producer through the doors. */
export interface DoorAccess {
  /** The settings of each AWS client. What is left out, the SDK finds in its environment. */
  aws: {
    endpoint?: string;
    region?: string;
    credentials?: { accessKeyId: string; secretAccessKey: string };
  };
  /** A token for the door `http`, with the scope `notifications:create`. */
  token(user: string): Promise<string>;
}

/** The settings of AWS clients for a local AWS endpoint. It accepts any credentials that are not those of a function. */
export const localAws = (endpoint: string): DoorAccess['aws'] => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

/** How a producer on this machine gets into a running system: with any credentials, and a token that is signed here. */
export const localAccess = ({
  AwsEndpointUrl,
  JwtSecret,
}: Pick<Outputs, 'AwsEndpointUrl' | 'JwtSecret'>): DoorAccess => ({
  aws: localAws(AwsEndpointUrl),
  token: (user) => signToken(JwtSecret, { user, scope: 'notifications:create' }),
});

/** One invalid field: its dotted path, or an empty path for an error of the whole command. */
interface FieldError {
  path: string;
  message: string;
}

/** The errors of the create function that a producer can act on. Every other error is a 500. */
const refusals: Record<string, { status: number; code: string }> = {
  ValidationError: { status: 400, code: 'invalid_request' },
  IdempotencyConflict: { status: 409, code: 'idempotency_conflict' },
  NotFound: { status: 404, code: 'not_found' },
  AlreadySent: { status: 409, code: 'already_sent' },
  Unavailable: { status: 503, code: 'unavailable' },
};

/** An error that names the four doors, for a name that is none of them. */
export class UnknownDoor extends Error {
  override readonly name = 'UnknownDoor';

  constructor(name: string, known: readonly string[]) {
    super(`There is no door ${JSON.stringify(name)}. Choose one of ${known.join(', ')}.`);
  }
}

/**
 * Opens the four doors of an installation, and returns a function that finds a door by its name. Each door sends a create
 * command as a producer does: with the AWS SDK, or with a token.
 *
 * - `invoke` and `http` answer 201 with the notification, or 200 if none was created, as for an update or a key that was used
 *   before, or 202 with the schedule. Errors are `{ code, errors? }` with a `message` or a `detail`, and the status 400, 404,
 *   409, 500 or 503.
 * - `event` and `queue` answer 202 with the `id` that the event bus or the queue gave. An event that the bus refuses is
 *   a 502.
 *
 * A door rejects if its service does not answer, or with the error of the SDK.
 *
 * @example
 * const send = openDoors(outputs, localAccess(outputs))('queue');
 * await send({ user_id, title: 'Hello' }, user_id);
 *
 * @throws UnknownDoor from the returned function, if the name is not a door
 */
export function openDoors(outputs: DoorOutputs, { aws, token }: DoorAccess): (name: string) => Door {
  // Each door imports its SDK on first use, because loading all three takes longer than the rest of the start.
  const doors = {
    async invoke(command, _, signal) {
      const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
      const { Payload, FunctionError } = await new LambdaClient(aws).send(
        new InvokeCommand({ FunctionName: outputs.CreateFunctionName, Payload: JSON.stringify(command) }),
        until(signal),
      );
      const payload = parseJson(Payload?.transformToString() ?? '');
      if (FunctionError) return failed(payload);
      const { created, scheduled } = isRecord(payload) ? payload : {};
      const { action = 'create' } = isRecord(command) ? command : {};
      const status = scheduled ? 202 : action !== 'create' || created === false ? 200 : 201;
      return { status, body: payload };
    },

    async event(command, _, signal) {
      const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
      const entry = {
        EventBusName: outputs.EventBusName,
        Source: 'belfry.send',
        DetailType: 'notification.create',
        Detail: JSON.stringify(command),
      };
      const { Entries } = await new EventBridgeClient(aws).send(
        new PutEventsCommand({ Entries: [entry] }),
        until(signal),
      );
      const { EventId: id, ErrorCode: code, ErrorMessage: message } = Entries?.[0] ?? {};
      return code === undefined ? { status: 202, body: { id } } : { status: 502, body: { code, message } };
    },

    async queue(command, _, signal) {
      const { SendMessageCommand, SQSClient } = await import('@aws-sdk/client-sqs');
      const { MessageId } = await new SQSClient(aws).send(
        new SendMessageCommand({ QueueUrl: outputs.CreateQueueUrl, MessageBody: JSON.stringify(command) }),
        until(signal),
      );
      return { status: 202, body: { id: MessageId } };
    },

    async http(command, user, signal) {
      const response = await fetch(`${outputs.HttpApiUrl}/notifications`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await token(user)}`, 'content-type': 'application/json' },
        body: JSON.stringify(command),
        ...(signal && { signal }),
      });
      return { status: response.status, body: parseJson(await response.text()) };
    },
  } satisfies Record<string, Door>;
  const doorsByName = new Map<string, Door>(Object.entries(doors));
  return (name) => {
    const door = doorsByName.get(name);
    if (door) return door;
    throw new UnknownDoor(name, [...doorsByName.keys()]);
  };
}

const until = (signal: AbortSignal | undefined) => ({ ...(signal && { abortSignal: signal }) });

function failed(payload: unknown): DoorAnswer {
  const { errorType, errorMessage } = isRecord(payload) ? payload : {};
  const refusal = refusals[String(errorType)];
  if (!refusal) {
    const message = `The create function failed with ${errorType}. Its log has the reason (locally the output of npm start).`;
    return { status: 500, body: { code: 'internal', message } };
  }
  const { status, code } = refusal;
  const message = String(errorMessage);
  return { status, body: { code, message, ...(status === 400 && { errors: readFieldErrors(message) }) } };
}

/** A path and a message that begins with a verb. Only an unknown field can have a path of another form. */
const fieldError =
  /^(?<path>[a-z_]+(?:\.\S+)?(?= (?:must|is|has|may|needs|cannot) )|\S+(?= is not a known field$)) (?<message>.+)$/su;

/**
 * Splits the message of a refused invocation into one error per field. The message joins all errors by semicolons
 * (`title is required; body must …`). An error can contain a semicolon too, so a part that does not begin with a path
 * and a verb belongs to the part before it.
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
