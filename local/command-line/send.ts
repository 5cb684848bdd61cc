import { openDoors } from '../doors.ts';
import { isRecord } from '../json.ts';
import { printableLines } from '../printable.ts';
import { readOutputs } from './outputs.ts';
import { runCommand, uuidOption } from './run-command.ts';

const usage = `Creates a notification in the running system, as a producer does.

  npm run send -- --user <uuid> [--title …] [--body …] [--type …] [--key …] [--door invoke|event|queue|http]

  --door  the door that takes the command. Default: invoke
            invoke  invokes the create function, and prints its answer
            event   puts an event on the event bus
            queue   sends a message to the create queue
            http    calls POST /notifications with a token of the user, and prints the answer
  --type  metadata.type, for example booking
  --key   the idempotency key. If you send the same command with the same key again, no second notification is created`;

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
    const send = openDoors(readOutputs())(door);
    const { status, body: answer } = await send(command, user_id);
    if (status >= 400) throw new Error(`${status} ${reasonIn(answer)}`);
    console.log(printableLines(JSON.stringify(answer, null, 2)));
  },
);

function reasonIn(answer: unknown): string {
  const { code, detail, message = detail } = isRecord(answer) ? answer : {};
  return `${code}: ${message}`;
}
