import type { Clock } from '../clock.ts';
import { callFunction, type Invoke, type Outcome } from './call-function.ts';

/** What a route does: it calls a function and, with `returnsResponse`, sends its `body` back; or it sends a fixed text. */
export type SocketIntegration = FunctionIntegration | { type: 'MOCK'; response: string };

export interface FunctionIntegration {
  type: 'AWS_PROXY';
  functionArn: string;
  returnsResponse: boolean;
  sourceArn: string;
  /** At most 29 seconds. */
  timeoutMs: number;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const MAX_INTEGRATION_MS = 29_000;

/** Calls a route's function; never rejects. */
export function callIntegration(
  services: { clock: Clock; invoke: Invoke },
  integration: FunctionIntegration,
  event: unknown,
): Promise<Outcome> {
  const timeoutMs = Math.min(integration.timeoutMs, MAX_INTEGRATION_MS);
  return callFunction(services, { ...integration, timeoutMs }, event);
}
