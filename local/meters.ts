/** A count since the last reset, and the part of it that each function has caused. */
export interface Meter {
  total: number;
  byFunction: Record<string, number>;
}

/** What the system has spent: round trips to PostgreSQL, requests to DynamoDB, posts to sockets. */
export interface Meters {
  readonly postgresRoundTrips: Meter;
  readonly dynamoDbRequests: Meter;
  readonly posts: Meter;
  reset(): void;
}

/** Counts one; callers that are no function count in the total only. */
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
