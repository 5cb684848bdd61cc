import { readOutputs } from './outputs.ts';
import { runCommand, uuidOption } from './run-command.ts';
import { signToken } from './sign-token.ts';

const usage = `Prints a token for the running system.

  npm run token -- --user <uuid> [--scope notifications:create] [--ttl 15m]`;

await runCommand(
  usage,
  { user: { type: 'string' }, scope: { type: 'string' }, ttl: { type: 'string' } },
  async ({ user, scope, ttl }) => {
    console.log(await signToken(readOutputs().JwtSecret, { user: uuidOption('user', user), scope, ttl }));
  },
);
