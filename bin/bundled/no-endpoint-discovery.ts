/** Stands in the bundles for the discovery of endpoints, which is for Timestream and off for DynamoDB. */
export const resolveEndpointDiscoveryConfig = <Config>(config: Config): Config => config;
