import { readOutputs } from './outputs.ts';
import { runCommand, timeSpanOption, uuidOption } from './run-command.ts';
import { signToken } from './sign-token.ts';

const usage = `Prints a token for the running system.

  npm run token -- --user <uuid> [--scope notifications:create] [--ttl 15m]

  --scope  what the token allows beside its user's own inbox, for example notifications:create
  --ttl    how long it is valid: a number and a unit, such as 30s, 15m, 2h or 7d. Default: 15m`;

await runCommand(
  usage,
  { user: { type: 'string' }, scope: { type: 'string' }, ttl: { type: 'string' } },
  async ({ user, scope, ttl }) => {
    const request = { user: uuidOption('user', user), scope, ttl: timeSpanOption('ttl', ttl) };
    console.log(await signToken(readOutputs().JwtSecret, request));
  },
);
