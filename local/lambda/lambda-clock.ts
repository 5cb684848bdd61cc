/**
 * Moves the clock of a function's process to the time of the runtime. It changes `Date`, but not timers, `performance` and
 * `process.hrtime`.
 */

const MachineDate = Date;
let offsetMs = 0;

class RuntimeDate extends MachineDate {
  static override now = (): number => MachineDate.now() + offsetMs;

  constructor(...given: Parameters<DateConstructor> | [number | string | Date]) {
    // The cast: Date's constructor has several signatures, which a rest parameter cannot choose between.
    super(...((given.length === 0 ? [RuntimeDate.now()] : given) as [number]));
  }
}

// The cast: a class cannot be called without `new`, and no code here calls Date without it.
globalThis.Date = RuntimeDate as unknown as DateConstructor;

/** @param ms how far the runtime's clock is ahead of the machine's */
export function setClockOffset(ms: number): void {
  offsetMs = ms;
}
