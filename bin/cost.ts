import { contextOption, runCommand } from '@belfry/local/run-command';
import { choiceOption } from './choice-option.ts';
import { type Bill, billOf } from './cost/bill.ts';
import { type Mode, modeNames } from './cost/modes.ts';
import { reportOf, toJson } from './cost/report.ts';
import { doors, numberInputs, optionOf, readUsage } from './cost/usage.ts';

const inputs = numberInputs.map(({ name, means, byDefault }) => {
  const option = `--${optionOf(name)}`;
  return `  ${option.padEnd(16)} ${means}. Default: ${byDefault}`;
});

const usage = `Shows what an installation costs in a month, line by line, for each database and each network. Without users and
notifications it is the bill of an installation that is idle.

  npm run cost -- --users 1000 --notifications 50000 [--mode rds-ipv6] [--context alarms=essential] [--json]

${inputs.join('\n')}
  --door           the door of the create commands: ${doors.join(', ')}. Default: event
  --mode           the bill of one mode in full: ${modeNames.slice(0, 3).join(', ')}, ${modeNames.slice(3, 6).join(', ')}
                   or ${modeNames.slice(6).join(', ')}. Default: all of them, side by side
  --context        an option of the stack, as for a deployment, such as alarms=essential. Can be repeated. Those in
                   cdk.json do not count
  --json           prints the result as JSON alone`;

const text = { type: 'string' } as const;
const options = {
  ...Object.fromEntries(numberInputs.map(({ name }) => [optionOf(name), text])),
  ...{ door: text, mode: text },
  context: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

await runCommand(usage, options, async (values) => {
  // The cast: the options of the numbers come from a list, in which the types of the others are lost.
  const {
    mode,
    context = [],
    json = false,
    ...numbers
  } = values as {
    mode?: string;
    context?: string[];
    json?: boolean;
  };
  const work = readUsage(numbers);
  const settings = contextOption(context);
  const chosen = mode === undefined ? modeNames : [choiceOption('mode', mode, modeNames)];
  // The CDK takes a second or two to load, which a mistake in the options need not wait for.
  const { readMode } = await import('./cost/read-stack.ts');
  const bills: Partial<Record<Mode, Bill>> = {};
  for (const each of chosen) bills[each] = billOf(await readMode(each, settings), work);
  console.log(json ? toJson(bills, work) : reportOf(bills));
});
