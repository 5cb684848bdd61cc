/** A record of a table's stream, as DynamoDB Streams and Lambda write it. */
interface StreamRecord {
  eventID: string;
  eventName: string;
  dynamodb: { SequenceNumber: string; NewImage?: object };
}

/**
 * The event of Lambda with all records of the stream of a table in moto that mention a user. No client of DynamoDB Streams is installed here,
 * so this speaks its protocol.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
 */
export async function streamEvents(
  endpoint: string,
  TableName: string,
  userId: string,
): Promise<{ Records: StreamRecord[] }> {
  async function call<Result>(operation: string, input: object): Promise<Result> {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request',
      },
      body: JSON.stringify(input),
    });
    if (!response.ok) throw new Error(`${operation} answers ${response.status}: ${await response.text()}`);
    return response.json() as Promise<Result>;
  }

  const {
    Streams: [{ StreamArn } = { StreamArn: '' }],
  } = await call<{ Streams: { StreamArn: string }[] }>('ListStreams', { TableName });
  const { StreamDescription } = await call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
    'DescribeStream',
    { StreamArn },
  );
  const records: StreamRecord[] = [];
  for (const { ShardId } of StreamDescription.Shards) {
    const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await call<{ ShardIterator: string }>('GetShardIterator', from);
    records.push(...(await call<{ Records: StreamRecord[] }>('GetRecords', { ShardIterator })).Records);
  }
  return {
    Records: records
      .filter(({ dynamodb }) => JSON.stringify(dynamodb.NewImage ?? '').includes(userId))
      .map((record) => ({ ...record, eventSourceARN: StreamArn })),
  };
}
