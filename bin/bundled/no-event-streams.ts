/**
 * Stands in the bundles for the AWS SDK's codec of event streams. No operation that a function uses has one. The SDK imports
 * it on demand, and because of this one import a bundler keeps all of the module `@smithy/core` and runs it at each start.
 */
const missing = () => {
  throw new Error('This bundle has no codec for event streams (bin/bundled/no-event-streams.ts).');
};

export { missing as EventStreamSerde, missing as eventStreamSerdeProvider };
