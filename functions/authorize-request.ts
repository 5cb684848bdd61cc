import { tokenVerifier } from './platform/container.ts';
import { serveAuthorizer } from './transport/authorizer.ts';

export const handler = serveAuthorizer(tokenVerifier());
