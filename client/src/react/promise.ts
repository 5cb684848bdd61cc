import React from 'react';

/** A promise that does not reject. It says when it is fulfilled, with the names that React gives to this. */
export type Settled<Value> = Promise<Value | undefined> & { status?: 'fulfilled'; value?: Value | undefined };

/** A promise that never settles must not keep the bell from loading. */
const longestWaitMs = 10_000;

/** React begins again after it has waited, so what is known must be found by the promise itself. */
const known = new WeakMap<object, Settled<unknown>>();

/** Whether it can be awaited. What a server passes to a browser by React is no `Promise`, but has `then`. */
export function isPromise<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof Object(value).then === 'function';
}

/** The same for the same promise. Its value is undefined if the promise rejects or takes too long. */
export function settledOf<Value>(promise: PromiseLike<Value>): Settled<Value> {
  const settled = known.get(promise) ?? settle(promise);
  known.set(promise, settled);
  // The cast: it was made from this promise.
  return settled as Settled<Value>;
}

function settle<Value>(promise: PromiseLike<Value>): Settled<Value> {
  const settled: Settled<Value> = new Promise((resolve) => {
    const timer = setTimeout(resolve, longestWaitMs);
    const end = (value?: Value) => {
      clearTimeout(timer);
      resolve(value);
    };
    promise.then(end, () => end());
  });
  settled.then((value) => Object.assign(settled, { status: 'fulfilled', value }));
  return settled;
}

/** The value. Suspends the component until it is there. */
export function useSettled<Value>(settled: Settled<Value>): Value | undefined {
  // A named import of `use` would break builds with React 18, which has none: it waits for what is thrown.
  // The cast: React's type has the status of a promise that it does not know yet.
  if (React.use) return React.use(settled as Promise<Value | undefined>);
  if (!settled.status) throw settled;
  return settled.value;
}
