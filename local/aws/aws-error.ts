/**
 * An error as an AWS SDK shows it to its caller, with `name` and `message`. The names are from the API reference of each
 * service. AWS does not document most messages, so they are ours.
 */
export class AwsError extends Error {
  /** The HTTP status that AWS answers with. */
  readonly status: number;
  /** The header `x-amzn-query-error`, in which SQS sends the older name of an error. */
  readonly queryCode: string | undefined;
  /** Further members of the answer, such as the `Reason` of a throttle. */
  readonly members: Record<string, string>;

  constructor(
    name: string,
    message: string,
    status = 400,
    queryCode?: string,
    members: Record<string, string> = {},
  ) {
    super(message);
    this.name = name;
    this.status = status;
    this.queryCode = queryCode;
    this.members = members;
  }
}

/** The error for an operation that does not exist here, under AWS's own name for it. `known` are those of the service. */
export function unknownOperation(name: string, known: readonly string[] = []): AwsError {
  const remedy = known.length > 0 ? ` Use one of ${known.join(', ')}.` : '';
  const message = `The operation ${name} is not supported by the local AWS endpoint.${remedy}`;
  return new AwsError('UnknownOperationException', message);
}
