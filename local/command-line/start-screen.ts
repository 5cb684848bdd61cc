import { styleText } from 'node:util';
import { printable } from '../printable.ts';
import type { Outputs } from './outputs.ts';
import { signToken } from './sign-token.ts';

/** The user in the commands that are printed. */
const demoUser = '0b5e55ed-0000-4000-8000-000000000001';

const labels: Record<string, string> = {
  build: 'Building the functions',
  synthesize: 'Synthesizing the template',
  postgres: 'Starting PostgreSQL',
  apis: 'Opening the APIs',
  client: 'Building the client',
  install: 'Installing the packages of the example, once',
  example: 'Starting the example',
};

/** Prints each step of the start when it is done, with the seconds that it took. */
export function createProgress() {
  let finish = () => {};
  return {
    /** Ends the step before, and begins this one. */
    begin(step: string): void {
      finish();
      const begun = performance.now();
      const label = labels[step] ?? (step.startsWith('trigger') ? 'Migrating the database' : printable(step));
      finish = () => {
        const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
        console.log(`${styleText('green', '✓')} ${label} ${styleText('dim', `${seconds} s`)}`);
      };
    },
    /** Ends the last step. */
    end(): void {
      finish();
    },
  };
}

/** Prints the addresses of the system, and commands to try it. */
export async function welcome(outputs: Outputs, exampleUrl: string | undefined): Promise<void> {
  const { HttpApiUrl, WebSocketUrl, AwsEndpointUrl, DemoUrl, DatabaseUrl } = outputs;
  const places = [
    ...(exampleUrl ? [['Example', exampleUrl]] : []),
    ['Demo page', DemoUrl],
    ['HTTP API', HttpApiUrl],
    ['WebSocket API', WebSocketUrl],
    ['AWS endpoint', AwsEndpointUrl],
    ['PostgreSQL', DatabaseUrl.replace(/:[^:@/]+@/, ':…@')],
  ];
  const token = await signToken(outputs.JwtSecret, { user: demoUser, ttl: '2h' });
  const heading = (text: string) => styleText('bold', text);
  console.log(`
${styleText(['bold', 'green'], 'Belfry is running.')} These addresses are also in .local/outputs.json.

${places.map(([name, place]) => `  ${name?.padEnd(14)} ${styleText('cyan', printable(place ?? ''))}`).join('\n')}

${heading('Try it.')} In a second terminal, listen as a user:

  npm run listen -- --user ${demoUser}

In a third terminal, create a notification for this user, as a backend does:

  npm run send -- --user ${demoUser}

Read the inbox of this user. The token expires in two hours:

  curl ${HttpApiUrl}/notifications \\
    -H 'Authorization: Bearer ${token}'

${styleText('dim', 'Ctrl-C stops everything. From here on, each line is one event: a request, a frame, an invocation, an error.')}
`);
}
