import { openDoors } from '../doors.ts';
import { isRecord } from '../json.ts';
import { readOutputs } from './outputs.ts';
import { runCommand, uuidOption } from './run-command.ts';

const usage = `Creates a notification in the running system, as a producer does.

  npm run send -- --user <uuid> [--title …] [--body …] [--type …] [--key …] [--door invoke|event|message|http]

  --door  how it goes in: by invoking the create function (which answers), by an event on the bus, by a message of the
          queue, each with the AWS SDK, or by a request to the HTTP API (which answers), with a token of the user that
          has the scope notifications:create. Default: invoke
  --type  metadata.type, for instance booking
  --key   the idempotency key: sending the same again makes no second notification`;

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
    const doors = openDoors(readOutputs());
    const send = doors.get(door);
    if (!send)
      throw new Error(
        `--door must be one of ${[...doors.keys()].join(', ')}; it is ${JSON.stringify(door)}.`,
      );
    const { status, body: answer } = await send(command, user_id);
    if (status >= 400) throw new Error(`${status} ${reasonIn(answer)}`);
    console.log(JSON.stringify(answer, null, 2));
  },
);

function reasonIn(answer: unknown): string {
  const { code, detail, message = detail } = isRecord(answer) ? answer : {};
  return `${code}: ${message}`;
}
