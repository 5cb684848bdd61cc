import { clearLine, cursorTo } from 'node:readline';

const { stderr } = process;
/** A file gets a line now and then; a terminal has one line, which is written over. */
const lineEveryMs = 5_000;

/** Says on stderr what is being done, since a bench takes minutes. */
export function createProgress() {
  let saidAt = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (!stderr.isTTY) return;
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
  };
  return {
    say(text: string): void {
      if (stderr.isTTY) {
        clear();
        stderr.write(text.slice(0, (stderr.columns || 80) - 1));
      } else if (performance.now() - saidAt > lineEveryMs) {
        saidAt = performance.now();
        stderr.write(`${text}\n`);
      }
    },
    clear,
  };
}
