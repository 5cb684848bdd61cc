/** Makes calls fail in the way that a test asks for. */
export interface Faults<Call, How> {
  /** The next `times` calls that match fail in this way. Without `times`, all of them do until `clear`. */
  add(how: How, matches: (call: Call) => boolean, times?: number): void;
  clear(): void;
  /** How this call must fail, or undefined if it must not. A call that fails counts as one of the `times`. */
  take(call: Call): How | undefined;
}

/** Nothing fails until a fault is added. */
export function createFaults<Call, How>(): Faults<Call, How> {
  let faults: { how: How; matches: (call: Call) => boolean; left: number }[] = [];
  return {
    add(how, matches, times = Number.POSITIVE_INFINITY) {
      faults.push({ how, matches, left: times });
    },
    clear() {
      faults = [];
    },
    take(call) {
      const fault = faults.find(({ left, matches }) => left > 0 && matches(call));
      if (fault) fault.left -= 1;
      return fault?.how;
    },
  };
}
