import { styleText } from 'node:util';
import type { Outputs } from './outputs.ts';
import { signToken } from './sign-token.ts';

/** The user of the ready-to-paste commands. */
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

/** Prints each step of the start, and when it is done how long it took. */
export function createProgress() {
  let finish = () => {};
  return {
    /** The step before is done, this one begins. */
    begin(step: string): void {
      finish();
      const begun = performance.now();
      const label = labels[step] ?? (step.startsWith('trigger') ? 'Migrating the database' : step);
      finish = () => {
        const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
        console.log(`${styleText('green', '✓')} ${label} ${styleText('dim', `${seconds} s`)}`);
      };
    },
    /** The last step is done. */
    end(): void {
      finish();
    },
  };
}

/** Prints where everything is, and how to make a notification appear. */
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
${styleText(['bold', 'green'], 'Belfry is running.')} Everything is also in .local/outputs.json.

${places.map(([name, place]) => `  ${name?.padEnd(14)} ${styleText('cyan', place ?? '')}`).join('\n')}

${heading('Hear it ring.')} In a second terminal, listen as a user:

  npm run listen -- --user ${demoUser}

In a third, create a notification for them, as another Lambda function would:

  npm run send -- --user ${demoUser}

And read their inbox, with a token that is good for two hours:

  curl ${HttpApiUrl}/notifications \\
    -H 'Authorization: Bearer ${token}'

${styleText('dim', 'Ctrl-C stops everything. What happens is shown below, one line each.')}
`);
}
