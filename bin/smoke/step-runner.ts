import { Failure } from './failure.ts';

/** The outcome of one step. */
export interface StepResult {
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  /** How long it took, in whole milliseconds; 0 if it was skipped. */
  ms: number;
  /** What it found, or why it failed or was skipped. */
  detail: string;
  remedies: readonly string[];
}

/** Shows the steps while they run. */
export interface StepScreen {
  begin(name: string): void;
  /** What the running step waits for. */
  note(text: string): void;
  end(result: StepResult): void;
}

/** What a step resolves with: what it found for later steps, and for the reader. */
export interface Outcome<Found> {
  found: Found;
  detail: string;
  /** What is wrong with it. The step fails, and later steps can use what it found all the same. */
  failure?: Failure;
}

type Needs = Record<string, unknown>;
type Given<Of extends Needs> = { [Name in keyof Of]: NonNullable<Of[Name]> };

/** Runs steps one after the other, and keeps their results. */
export interface Steps {
  results: readonly StepResult[];
  /**
   * Runs a step, and resolves with what it found. Undefined if it rejected, or if it was skipped because one of its needs is
   * undefined or the person has interrupted the check. Never rejects.
   * @param options.isCleanup runs also after an interruption
   */
  step<Found, Of extends Needs>(
    name: string,
    needs: Of,
    run: (given: Given<Of>) => Promise<Outcome<Found>>,
    options?: { isCleanup?: boolean },
  ): Promise<Found | undefined>;
  note(text: string): void;
}

/**
 * @param interrupted aborts when the person stops the check
 * @param conceal takes secrets out of a text. Every text of a result passes through it
 */
export function createSteps(
  screen: StepScreen,
  { interrupted, conceal }: { interrupted: AbortSignal; conceal: (text: string) => string },
): Steps {
  const results: StepResult[] = [];

  function end(result: StepResult): void {
    const shown = {
      ...result,
      detail: conceal(result.detail),
      remedies: result.remedies.map(conceal),
    };
    results.push(shown);
    screen.end(shown);
  }

  return {
    results,
    note: (text) => screen.note(conceal(text)),
    async step(name, needs, run, { isCleanup = false } = {}) {
      const skip = (detail: string) =>
        void end({ name, status: 'skipped', ms: 0, detail: `skipped, ${detail}`, remedies: [] });
      const missing = Object.keys(needs).filter((need) => needs[need] === undefined);
      if (missing.length > 0) return skip(`needs ${missing.join(' and ')}`);
      if (interrupted.aborted && !isCleanup) return skip('because the check was interrupted');
      const begun = performance.now();
      const ms = () => Math.round(performance.now() - begun);
      screen.begin(name);
      try {
        // The cast: no need is undefined.
        const running = run(needs as Given<typeof needs>);
        const { found, detail, failure } = await (isCleanup ? running : unlessAborted(interrupted, running));
        const remedies = failure?.remedies ?? [];
        end({ name, status: failure ? 'failed' : 'passed', ms: ms(), detail, remedies });
        return found;
      } catch (error) {
        const { message, remedies } = toFailure(error);
        end({ name, status: 'failed', ms: ms(), detail: message, remedies });
        return undefined;
      }
    },
  };
}

function unlessAborted<Value>(signal: AbortSignal, running: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Failure('You have interrupted the check.', []));
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([running, promise]).finally(() => signal.removeEventListener('abort', stop));
}

function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new Failure(`The check itself failed: ${text}`, [
    'Run it again. If it fails in the same way, report it.',
  ]);
}
