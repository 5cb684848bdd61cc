import { connectConfig } from './platform/config.ts';
import { admission, logger, tokenVerifier } from './platform/container.ts';
import { serveConnect } from './transport/socket-doors.ts';

export const handler = serveConnect(
  { verifier: tokenVerifier(), admission: admission(), logger },
  connectConfig(),
);
