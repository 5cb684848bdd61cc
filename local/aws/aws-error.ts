/**
 * A refusal in AWS's own words: what an AWS SDK shows to its caller as `error.name` and `error.message`. Names are from each
 * service's API reference; of most messages only the sense is documented.
 */
export class AwsError extends Error {
  /** The HTTP status that AWS answers with. */
  readonly status: number;
  /** Where SQS keeps the older name of an error: the header `x-amzn-query-error`, such as `AWS.SimpleQueueService.NonExistentQueue;Sender`. */
  readonly queryCode: string | undefined;

  constructor(name: string, message: string, status = 400, queryCode?: string) {
    super(message);
    this.name = name;
    this.status = status;
    this.queryCode = queryCode;
  }
}

/** The error for an operation that does not exist here, under AWS's own name for it. `known` are those of the service. */
export function unknownOperation(name: string, known: readonly string[] = []): AwsError {
  const remedy = known.length > 0 ? ` Use one of ${known.join(', ')}.` : '';
  const message = `The operation ${name} is not supported by the local AWS endpoint.${remedy}`;
  return new AwsError('UnknownOperationException', message);
}
