/** A request to an environment. */
export interface Request {
  requestId: string;
  /** JSON. */
  event: string;
  invokedFunctionArn: string;
  functionVersion: string;
  timeoutMs: number;
  /** Of X-Ray: `Root=…;Parent=…;Sampled=0`. https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
  traceId: string;
  /** How far the runtime's clock is ahead of the machine's. 0 unless a test has moved it. */
  clockOffsetMs: number;
}

/**
 * An answer of an environment: `started` when the bundle is loaded, then how the request ended. Payloads are JSON.
 * `fatal` comes if the bundle cannot be loaded. The process ends after it.
 */
export type Reply = { kind: 'started' } | { kind: 'result' | 'failure' | 'fatal'; payload: string };

/** What the runtime asks of the host. `id` names an environment. */
export type Order =
  | { kind: 'start'; id: number; program: string; codeDirectory: string; variables: Record<string, string> }
  | { kind: 'serve'; id: number; request: Request }
  | { kind: 'kill'; id: number };

/** What the host tells the runtime of an environment. `ended` comes last. */
export type Notice =
  | { kind: 'reply'; id: number; reply: Reply }
  | { kind: 'line'; id: number; stream: 'stdout' | 'stderr'; line: string }
  | { kind: 'ended'; id: number; reason: string };
