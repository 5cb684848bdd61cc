import { type KeptLine, readKept } from './kept-log.ts';

/** The words of AWS, in what the local runtime reports and in what a function logs of it. */
const denied = /\bis not authorized to perform: ([\w-]+:\w+)/;

/** Every denial of a run that no test expects, and every one that a test expects and that has not come. In words. */
export async function findDenials(directory: string): Promise<string[]> {
  const lines = await readKept<KeptLine>(directory, 'lines');
  const expected = (await readKept<string>(directory, 'expected')).map(({ place, value }) => ({
    log: logOf(place),
    action: value,
  }));
  const denials = lines.flatMap(({ place, value: { source, message } }) => {
    const [, action] = denied.exec(message) ?? [];
    return action === undefined ? [] : [{ log: logOf(place), place, action, line: `${source} ${message}` }];
  });
  const isSame = (a: { log: string; action: string }) => (b: { log: string; action: string }) =>
    a.log === b.log && a.action === b.action;
  return [
    ...denials
      .filter((denial) => !expected.some(isSame(denial)))
      .map(({ place, line }) => `a call was denied at ${place}: ${line}`),
    ...expected
      .filter((one) => !denials.some(isSame(one)))
      .map(({ log, action }) => `a test expects that ${action} is denied, and it was not, in ${log}`),
  ];
}

/** The name of the log, which all of its files have. */
const logOf = (place: string) => place.replace(/\..*$/, '');

/** How many are told. */
const told = 20;

/** @throws Error that tells each denial that is not expected, and each expected one that is missing */
export async function refuseDenials(directory: string): Promise<void> {
  const found = await findDenials(directory);
  if (found.length === 0) return;
  throw new Error(
    [
      `${found.length} denials are not as the tests expect. Grant what is missing, or say expectDenial in the test.`,
      ...found.slice(0, told),
    ].join('\n'),
  );
}
