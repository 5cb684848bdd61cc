import { styleText } from 'node:util';
import { printable, printableLines } from '@belfry/local/printable';
import type { Installation } from './installation.ts';
import type { StepResult, StepScreen } from './step-runner.ts';
import type { Way } from './way.ts';

const marks = {
  passed: styleText('green', '✓'),
  failed: styleText('red', '✗'),
  skipped: styleText('dim', '–'),
};

const nameWidth = 11;
const timeWidth = 9;
/** Where the third column begins: after a mark, the name and the time. */
const indent = 2 + nameWidth + timeWidth + 2;

/** Prints what is checked. */
export function printHeading({ name, outputs, region }: Installation, door: string): void {
  const places = [
    ['HTTP API', outputs.HttpApiUrl],
    ['WebSocket', outputs.WebSocketUrl],
    ['Door', door],
  ];
  console.log(
    `${styleText('bold', `Checking ${printable(name)}`)}${region ? ` in ${printable(region)}` : ''}\n`,
  );
  for (const [label = '', place = ''] of places) {
    console.log(`  ${label.padEnd(nameWidth)}${styleText('cyan', printable(place))}`);
  }
  console.log('');
}

/**
 * Prints one line for each step when it ends: its mark, its name, its time, and what it found. A terminal also shows the
 * running step, with its seconds and what it waits for.
 */
export function createScreen(terminal = process.stdout): StepScreen {
  const isLive = terminal.isTTY;
  let running: { name: string; begun: number; waitsFor: string; timer?: NodeJS.Timeout } | undefined;

  function draw(): void {
    if (!running || !isLive) return;
    const seconds = `${Math.floor((performance.now() - running.begun) / 1_000)} s`;
    const text = `· ${running.name.padEnd(nameWidth)}${seconds.padStart(timeWidth)}  ${running.waitsFor}`;
    terminal.write(`\r\x1b[2K${styleText('dim', text.slice(0, terminal.columns - 1))}`);
  }

  return {
    begin(name) {
      running = { name, begun: performance.now(), waitsFor: '' };
      if (isLive) running.timer = setInterval(draw, 1_000);
      draw();
    },
    note(text) {
      if (running) running.waitsFor = printable(text);
      draw();
    },
    end(result) {
      clearInterval(running?.timer);
      running = undefined;
      if (isLive) terminal.write('\r\x1b[2K');
      console.log(linesOf(result, isLive ? terminal.columns : undefined).join('\n'));
    },
  };
}

/** @param columns where lines are broken. Undefined: nowhere, so that a log can be searched */
function linesOf({ name, status, ms, detail, remedies }: StepResult, columns: number | undefined): string[] {
  const time = status === 'skipped' ? '' : timeOf(ms);
  const style = status === 'skipped' ? 'dim' : 'none';
  const [first = '', ...rest] = wrap(printable(detail), columns);
  const arrow = styleText('yellow', '→');
  return [
    `${marks[status]} ${name.padEnd(nameWidth)}${styleText('dim', time.padStart(timeWidth))}  ${styleText(style, first)}`,
    ...rest.map((line) => `${' '.repeat(indent)}${line}`),
    ...remedies.flatMap((remedy) => {
      const [begin = '', ...more] = wrap(printable(remedy), columns && columns - 2);
      return [
        `${' '.repeat(indent)}${arrow} ${begin}`,
        ...more.map((line) => `${' '.repeat(indent + 2)}${line}`),
      ];
    }),
  ];
}

const timeOf = (ms: number) => (ms < 10_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** Breaks a text at spaces, so that it fits beside the columns before it. */
function wrap(text: string, columns: number | undefined): string[] {
  const width = Math.max(30, (columns ?? Number.POSITIVE_INFINITY) - indent - 1);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Shows nothing. */
export const silentScreen: StepScreen = { begin() {}, note() {}, end() {} };

/** Prints whether the installation works. */
export function printSummary(results: readonly StepResult[], totalMs: number): void {
  const count = (status: StepResult['status']) => results.filter((result) => result.status === status).length;
  const [failed, skipped] = [count('failed'), count('skipped')];
  if (failed + skipped === 0) {
    const text = styleText(
      ['bold', 'green'],
      `The installation works: ${results.length} steps in ${timeOf(totalMs)}.`,
    );
    console.log(`\n${text}`);
  } else {
    const text = `${failed} of ${results.length} steps failed${skipped > 0 ? `, and ${skipped} were skipped` : ''}.`;
    console.log(
      `\n${styleText(['bold', 'red'], text)} docs/operations.md#check-an-installation describes each step.`,
    );
  }
}

/** Prints the whole result as JSON, for a program. */
export function printJson(
  { name, region, outputs }: Installation,
  {
    door,
    way,
    totalMs,
    results,
  }: { door: string; way: Way | undefined; totalMs: number; results: readonly StepResult[] },
): void {
  const result = {
    ok: results.every(({ status }) => status === 'passed'),
    installation: name,
    region: region ?? null,
    http_api_url: outputs.HttpApiUrl,
    web_socket_url: outputs.WebSocketUrl,
    door,
    delivery: way ?? null,
    ms: totalMs,
    steps: results,
  };
  console.log(printableLines(JSON.stringify(result, null, 2)));
}
