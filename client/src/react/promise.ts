import React from 'react';

/** A promise whose value can be read while rendering. */
export interface Reading<Value> {
  /** For a component that renders: the value, undefined if the promise rejects. Suspends it until the promise has settled. */
  use(): Value | undefined;
  /** Calls `run` with the value when the promise has settled, at once if it has. Answers a function that cancels this. */
  whenSettled(run: (value: Value | undefined) => void): () => void;
  /** Waits no longer: there is no value, unless there is one already. */
  giveUp(): void;
}

/** React begins again after it has waited, so what is known must be found by the promise itself. */
const readings = new WeakMap<object, Reading<unknown>>();

/** Whether it can be awaited. What a server passes to a browser by React is no `Promise`, but has `then`. */
export function isPromise<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof Object(value).then === 'function';
}

export function readingOf<Value>(promise: PromiseLike<Value>): Reading<Value> {
  const reading = readings.get(promise) ?? createReading(promise);
  readings.set(promise, reading);
  // It was made from this promise.
  return reading as Reading<Value>;
}

function createReading<Value>(promise: PromiseLike<Value>): Reading<Value> {
  let value: Value | undefined;
  let isSettled = false;
  let giveUp = () => {};
  const settled = new Promise<void>((resolve) => {
    giveUp = () => {
      isSettled = true;
      resolve();
    };
  });
  promise.then((answer) => {
    if (!isSettled) value = answer;
    giveUp();
  }, giveUp);
  return {
    use() {
      // Always, because React renders a component that has waited again, and expects the same calls. A named import of
      // `use` would break builds with React 18, which has none: it waits for what is thrown.
      if (React.use) React.use(settled);
      else if (!isSettled) throw settled;
      return value;
    },
    whenSettled(run) {
      let isWanted = true;
      if (isSettled) run(value);
      else settled.then(() => isWanted && run(value));
      return () => {
        isWanted = false;
      };
    },
    giveUp,
  };
}
