import { localAccess, openDoors } from '../doors.ts';
import { isRecord } from '../json.ts';
import { printableLines } from '../printable.ts';
import { readOutputs } from './outputs.ts';
import { objectOption, runCommand, uuidOption } from './run-command.ts';

const usage = `Creates a notification in the running system, or sends another command, as a producer does.

  npm run send -- --user <uuid> [--title …] [--body …] [--type …] [--scope …] [--route …] [--url …] [--metadata …]
    [--key …] [--door invoke|event|queue|http]
  npm run send -- --user <uuid> --command '{"action":"retract", …}' [--door …]

  --door      the door that takes the command. Default: invoke
                invoke  invokes the create function, and prints its answer
                event   puts an event on the event bus
                queue   sends a message to the create queue
                http    calls POST /notifications with a token of the user, and prints the answer
  --type      metadata.type, for example booking
  --scope     the frontend in whose bell it is shown, for example organizer. Default: that of the type, or all
  --route     metadata.route, where it leads in the app, for example /bookings/981
  --url       metadata.url, where it leads outside of the app, for example https://example.com/invoice
  --metadata  more metadata, as a JSON object, for example '{"seats":2}'
  --key       the idempotency key. If you send the same command with the same key again, no second notification is
              created
  --command   a whole command instead, as a JSON object: to update, retract or cancel, or to create with more fields.
              The user is then the one of the token`;

const text = { type: 'string' } as const;

await runCommand(
  usage,
  {
    ...{ user: text, title: text, body: text, key: text, door: text, scope: text },
    ...{ type: text, route: text, url: text, metadata: text, command: text },
  },
  async ({ user, title, body, key, door = 'invoke', metadata, type, scope, route, url, command: whole }) => {
    const user_id = uuidOption('user', user);
    const create = {
      user_id,
      title: title ?? 'Your seat is confirmed',
      body: body ?? 'Row F, seat 12. See you on Friday.',
      // What is undefined is not in the JSON that is sent.
      metadata: { ...objectOption('metadata', metadata), ...definedOf({ type, route, url }) },
      scope,
      idempotency_key: key,
    };
    const command = whole === undefined ? create : objectOption('command', whole);
    const outputs = readOutputs();
    const send = openDoors(outputs, localAccess(outputs))(door);
    const { status, body: answer } = await send(command, user_id);
    if (status >= 400) throw new Error(`${status} ${reasonIn(answer)}`);
    console.log(printableLines(JSON.stringify(answer, null, 2)));
  },
);

/** The options that were given. */
function definedOf(values: Record<string, string | undefined>) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function reasonIn(answer: unknown): string {
  const { code, detail, message = detail } = isRecord(answer) ? answer : {};
  return `${code}: ${message}`;
}
