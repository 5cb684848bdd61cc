/** How an invocation ended, as its caller sees it. */
export interface Answer {
  /** Whether the answer has the header `X-Amz-Function-Error`. */
  isFailure: boolean;
  /** The result of the handler, or `{ errorType, errorMessage, trace }`. */
  payload: unknown;
}

/** One environment of a function: a process that serves one event after the other, and is frozen between two of them. */
export interface Environment {
  invoke(event: unknown): Promise<Answer>;
  /** The lines that it has printed. After `stop` they are complete. */
  printed: string[];
  stop(): Promise<void>;
}

/** The trace of every invocation, in the form of the header that X-Ray documents. */
export const traceId = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0';
