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
      'opening a socket > is refused with 401 if it offers a token that has expired',
      'opening a socket > is refused with 401 if it offers no token',
      'opening a socket > is refused with 401 if it offers a token without belfry',
      'opening a socket > is refused with 401 if it offers two tokens',
    ],
  },
  {
    reason:
      'MiniStack passes the subprotocols to $connect, and accepts the socket without the one that the function names',
    file: 'sockets.test.ts',
    tests: [
      'opening a socket > may offer the token as a subprotocol beside belfry, and is answered with belfry',
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
    reason: 'MiniStack answers a refused $connect with 403, whatever the function said',
    file: 'hostile-input.test.ts',
    tests: ['a socket > is refused with 401 by whatever is no token'],
  },
  {
    reason: 'MiniStack gives each failed invocation the errorType Runtime.HandlerError, whatever was thrown',
    file: 'hostile-input.test.ts',
    tests: [
      'a direct invocation refuses > a command of which any fields are broken, naming each of them',
      'a direct invocation refuses > what is no command at all',
      'a direct invocation refuses > what looks like a payload of another door, as that door does',
      'a direct invocation refuses > recipients by the hundred thousand',
    ],
  },
  {
    reason:
      'MiniStack decodes a path before it looks for the route, so that an id with %2F leads to its own 404',
    file: 'hostile-input.test.ts',
    tests: ['the other routes refuse > ids that are none'],
  },
  {
    reason: 'MiniStack replaces what is no UTF-8 in a body by U+FFFD before the function sees it',
    file: 'hostile-input.test.ts',
    tests: ['POST /notifications refuses > what is no UTF-8, whatever its type is said to be'],
  },
  {
    reason:
      'MiniStack takes a message whose action is $connect or $disconnect for that event, and does not answer',
    file: 'hostile-input.test.ts',
    tests: ['a socket > is answered an error to whatever is no ping, and goes on'],
  },
];
