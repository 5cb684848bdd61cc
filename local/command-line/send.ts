import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Outputs, readOutputs } from './outputs.ts';
import { runCommand, uuidOption } from './run-command.ts';
import { signToken } from './sign-token.ts';

const usage = `Creates a notification in the running system, as a producer does.

  npm run send -- --user <uuid> [--title …] [--body …] [--type …] [--key …] [--door invoke|event|message|http]

  --door  how it goes in: by invoking the create function (which answers), by an event on the bus, by a message of the
          queue, each with the AWS SDK, or by a request to the HTTP API (which answers), with a token of the user that
          has the scope notifications:create. Default: invoke
  --type  metadata.type, for instance booking
  --key   the idempotency key: sending the same again makes no second notification`;

type Send = (outputs: Outputs, command: string, user: string) => Promise<string>;

const doors: Record<string, Send> = {
  async invoke(outputs, command) {
    const { Payload, FunctionError } = await new LambdaClient(clientOf(outputs)).send(
      new InvokeCommand({ FunctionName: outputs.CreateFunctionName, Payload: command }),
    );
    const answer = JSON.parse(Payload?.transformToString() ?? 'null');
    if (FunctionError) throw new Error(`${answer.errorType}: ${answer.errorMessage}`);
    return JSON.stringify(answer, null, 2);
  },

  async event(outputs, command) {
    const { Entries } = await new EventBridgeClient(clientOf(outputs)).send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: outputs.EventBusName,
            Source: 'belfry.send',
            DetailType: 'notification.create',
            Detail: command,
          },
        ],
      }),
    );
    return `The bus took the event ${Entries?.[0]?.EventId}.`;
  },

  async message(outputs, command) {
    const { MessageId } = await new SQSClient(clientOf(outputs)).send(
      new SendMessageCommand({ QueueUrl: outputs.CreateQueueUrl, MessageBody: command }),
    );
    return `The queue took the message ${MessageId}.`;
  },

  async http({ HttpApiUrl, JwtSecret }, command, user) {
    const token = await signToken(JwtSecret, { user, scope: 'notifications:create' });
    const response = await fetch(`${HttpApiUrl}/notifications`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: command,
    });
    const answer = JSON.parse(await response.text());
    if (!response.ok)
      throw new Error(`${response.status} ${answer.code}: ${answer.detail ?? answer.message}`);
    return JSON.stringify(answer, null, 2);
  },
};

// The endpoint takes any credentials of a developer for those of the account.
const clientOf = ({ AwsEndpointUrl }: Outputs) => ({
  endpoint: AwsEndpointUrl,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

const text = { type: 'string' } as const;

await runCommand(
  usage,
  { user: text, title: text, body: text, type: text, key: text, door: text },
  async ({ user, title, body, type, key, door = 'invoke' }) => {
    const user_id = uuidOption('user', user);
    const command = {
      user_id,
      title: title ?? 'Your seat is confirmed',
      body: body ?? 'Row F, seat 12. See you on Friday.',
      ...(type !== undefined && { metadata: { type } }),
      ...(key !== undefined && { idempotency_key: key }),
    };
    const send = doors[door];
    if (!send)
      throw new Error(
        `--door must be one of ${Object.keys(doors).join(', ')}; it is ${JSON.stringify(door)}.`,
      );
    console.log(await send(readOutputs(), JSON.stringify(command), user_id));
  },
);
