/**
 * Puts a function into the runtime's time: whatever asks `Date` in this process from now on is told it. Timers run at the
 * machine's pace, as do `performance` and `process.hrtime`.
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

// The cast: nobody calls Date without `new`, which a class does not allow.
globalThis.Date = RuntimeDate as unknown as DateConstructor;

/** @param ms how far the runtime's clock is ahead of the machine's */
export function setClockOffset(ms: number): void {
  offsetMs = ms;
}
