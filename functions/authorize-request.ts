import { tokenVerifier } from './platform/container.ts';
import { invocation } from './platform/invocation.ts';
import { serveAuthorizer } from './transport/authorizer.ts';

export const handler = invocation(serveAuthorizer(tokenVerifier()));
