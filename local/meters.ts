/** A count since the last reset, in total and by function. */
export interface Meter {
  total: number;
  byFunction: Record<string, number>;
}

/** Counts the round trips to PostgreSQL, the requests to DynamoDB and the posts to sockets. */
export interface Meters {
  readonly postgresRoundTrips: Meter;
  readonly dynamoDbRequests: Meter;
  readonly posts: Meter;
  reset(): void;
}

/** Counts one call. Without a function name it counts in the total only. */
export function count(meter: Meter, functionName: string | undefined): void {
  meter.total += 1;
  if (functionName) meter.byFunction[functionName] = (meter.byFunction[functionName] ?? 0) + 1;
}

export function createMeters(): Meters {
  const meters = {
    postgresRoundTrips: { total: 0, byFunction: {} },
    dynamoDbRequests: { total: 0, byFunction: {} },
    posts: { total: 0, byFunction: {} },
  };
  return {
    ...meters,
    reset() {
      for (const meter of Object.values(meters)) Object.assign(meter, { total: 0, byFunction: {} });
    },
  };
}
