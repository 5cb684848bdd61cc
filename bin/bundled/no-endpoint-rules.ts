/**
 * Stands in the bundles for the rules that make the endpoint of a client of the AWS SDK from its region and many options.
 * Functions make each client with an endpoint (functions/realtime/aws-clients.ts).
 */
export const defaultEndpointResolver = (): never => {
  throw new Error('A client of the AWS SDK was made without an endpoint.');
};

export const awsEndpointFunctions = {};
