import React from 'react';

/** A promise whose value can be read while rendering. */
export interface Reading<Value> {
  /** The value, undefined if the promise rejects. Suspends the component that renders until the promise has settled. */
  read(): Value | undefined;
  /** Calls `run` when the promise has settled, at once if it has. Answers a function that cancels this. */
  whenSettled(run: () => void): () => void;
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
    promise.then((answer) => {
      if (!isSettled) value = answer;
      giveUp();
    }, giveUp);
  });
  return {
    read() {
      if (!isSettled) {
        // React 18 has no `use`: it waits for what is thrown. A named import of `use` would break builds with React 18.
        if (!React.use) throw settled;
        React.use(settled);
      }
      return value;
    },
    whenSettled(run) {
      let isWanted = true;
      if (isSettled) run();
      else settled.then(() => isWanted && run());
      return () => {
        isWanted = false;
      };
    },
    giveUp,
  };
}
