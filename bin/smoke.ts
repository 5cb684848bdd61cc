import { runCommand, uuidOption } from '@belfry/local/run-command';
import { checkInstallation } from './smoke/check.ts';
import { chooseDoor } from './smoke/doors.ts';
import { readInstallation } from './smoke/installation.ts';
import { originOption, waitOption } from './smoke/options.ts';
import { createScreen, printHeading, printJson, printSummary, silentScreen } from './smoke/screen.ts';
import { createSteps } from './smoke/step-runner.ts';
import { givenToken, signingSource, smokeUser } from './smoke/token.ts';

const usage = `Checks an installation after a deployment: connects, creates, gets the frame, reads, marks, and archives what it has created.
It prints each step with its time, and what to do if it fails. Status 0: every step has passed. Otherwise 1.

  npm run smoke -- --outputs cdk-outputs.json [--stack …] [--door invoke|event|queue|http] [--token … | --user …]
    [--origin https://app.example.com] [--wait 30] [--json]

  --outputs  the file of outputs that npm run deploy or npm start has written. Default: cdk-outputs.json
  --stack    the stack, if the file has several installations
  --door     the door that takes the create command. Default: invoke. http needs no AWS credentials, but a token with the
             scope notifications:create
  --token    a token of one of your users. - reads it from standard input, and BELFRY_TOKEN is another way. A token on the
             command line is visible in the list of processes, and npm prints it.
             Without one, the command signs a token with the secret of the installation, which it reads with your AWS
             credentials
  --user     whose token is signed. Default: ${smokeUser}
  --origin   acts as a page of this origin, so that allowedOrigins is checked too
  --wait     how many seconds each step waits at most. Default: 30
  --json     prints the result as JSON alone`;

const text = { type: 'string' } as const;
const options = {
  ...{ outputs: text, stack: text, door: text, token: text, user: text, origin: text, wait: text },
  json: { type: 'boolean' },
} as const;

await runCommand(usage, options, async ({ outputs = 'cdk-outputs.json', stack, json = false, ...values }) => {
  const installation = readInstallation(outputs, stack);
  const door = chooseDoor(installation, values.door ?? 'invoke');
  const origin = originOption(values.origin);
  const waitMs = waitOption(values.wait);
  const user = uuidOption('user', values.user ?? smokeUser);
  if (values.user !== undefined && values.token !== undefined) {
    throw new Error('Give --token or --user, not both: a token names its user.');
  }
  const secrets = new Set<string>();
  const keep = (secret: string) => void secrets.add(secret);
  const given = values.user === undefined ? await givenToken(values.token) : undefined;
  if (given !== undefined) keep(given);

  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const steps = createSteps(json ? silentScreen : createScreen(), {
    interrupted: interrupted.signal,
    conceal: (shown) => [...secrets].reduce((left, secret) => left.replaceAll(secret, '…'), shown),
  });
  if (!json) printHeading(installation, door.name);
  const begun = performance.now();
  const findTokens = async () =>
    given === undefined
      ? signingSource(installation, { user, waitMs, keep })
      : { kind: 'by the token that you gave', token: async () => given };
  const way = await checkInstallation({ installation, door, origin, waitMs, findTokens }, steps);
  const totalMs = Math.round(performance.now() - begun);
  if (json) printJson(installation, { door: door.name, way, totalMs, results: steps.results });
  else printSummary(steps.results, totalMs);
  process.exitCode = steps.results.every(({ status }) => status === 'passed') ? 0 : 1;
  // What an interrupted step waits for would keep the process alive.
  if (interrupted.signal.aborted) process.exit();
});
