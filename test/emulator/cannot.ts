/** Tests of `test/end-to-end/black-box` that an emulator cannot pass, by file and full name, with what it does instead. */
interface Exception {
  reason: string;
  file: string;
  tests: readonly string[];
}

/** Seen with MiniStack 1.5.33 and LAMBDA_EXECUTOR=local. */
export const cannot: readonly Exception[] = [
  {
    reason: 'MiniStack answers a refused $connect with 403, whatever the function said',
    file: 'sockets.test.ts',
    tests: [
      'opening a socket > is refused with 401 without a token',
      'opening a socket > is refused with 401 with junk for a token',
      'opening a socket > is refused with 401 with an expired token',
      'opening a socket > is refused with 401 with a token for no UUID',
    ],
  },
  {
    reason: 'MiniStack gives each failed invocation the errorType Runtime.HandlerError, whatever was thrown',
    file: 'create.test.ts',
    tests: [
      'a direct invocation > fails as IdempotencyConflict, for every recipient, when a key comes back with other content',
      'a direct invocation > fails as ValidationError and names every field that is wrong',
    ],
  },
  {
    reason: 'MiniStack gives each failed invocation the errorType Runtime.HandlerError, whatever was thrown',
    file: 'hostile-input.test.ts',
    tests: [
      'a create command that breaks the contract > fails a direct invocation with ValidationError, its message naming the field, and nothing written',
      'a create command that breaks the contract > is refused whatever JSON it is',
    ],
  },
  {
    reason:
      'MiniStack decodes a path before it looks for the route, so that an id with %2F leads to its own 404',
    file: 'hostile-input.test.ts',
    tests: ['whatever stands in a query or a path > the id of a notification is answered 400 or 404'],
  },
];
