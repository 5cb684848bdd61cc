/**
 * Stands in the bundles for the AWS SDK's default chain of credential providers. Lambda puts the keys of a function's role
 * into the environment, and each client is made with them (functions/platform/config.ts).
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const defaultProvider = () => async (): Promise<never> => {
  throw new Error('A client of the AWS SDK was made without credentials. Pass it those of the function.');
};
