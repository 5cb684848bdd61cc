import type { KeptLine } from '../../support/kept-log.ts';

interface LogGroups {
  logGroups: { logGroupName: string }[];
}

interface LogEvents {
  events: { message: string }[];
  nextToken?: string;
}

/**
 * The lines that the functions in an emulator have printed, as far as its CloudWatch Logs has them: MiniStack 1.5.33 keeps
 * none of the functions behind a WebSocket API.
 */
export async function functionLines(endpoint: string): Promise<KeptLine[]> {
  // By hand, since nothing else of the project needs the SDK's client; an emulator asks for no signature.
  const ask = async <Answer>(operation: string, input: object): Promise<Answer> => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${operation}`,
    };
    const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
    if (!response.ok) throw new Error(`${operation} was answered ${response.status}.`);
    // The cast: what AWS documents of these operations.
    return (await response.json()) as Answer;
  };
  const lines: KeptLine[] = [];
  const { logGroups } = await ask<LogGroups>('DescribeLogGroups', {});
  for (const { logGroupName } of logGroups) {
    let nextToken: string | undefined;
    do {
      const page = await ask<LogEvents>('FilterLogEvents', { logGroupName, nextToken });
      lines.push(...page.events.map(({ message }) => ({ source: logGroupName, message })));
      ({ nextToken } = page);
    } while (nextToken !== undefined);
  }
  return lines;
}
