import { connectConfig } from './platform/config.ts';
import { connectionRegistry, logger, tokenVerifier } from './platform/container.ts';
import { serveConnect } from './transport/socket-doors.ts';

export const handler = serveConnect(
  { verifier: tokenVerifier(), registry: connectionRegistry(), logger },
  connectConfig(),
);
