import { connectConfig } from './platform/config.ts';
import { admission, logger, tokenVerifier } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { serveConnect } from './transport/sockets.ts';

const connect = serveConnect({ verifier: tokenVerifier(), admission: admission(), logger }, connectConfig());

export const handler = invocation(connect);
