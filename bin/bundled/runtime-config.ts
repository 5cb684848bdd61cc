/**
 * Stands in the bundles for the module `runtimeConfig` of each client of the AWS SDK. That module looks for every setting
 * which a client was made without in the environment, in two files of a home directory, and in the metadata of an instance.
 * Functions make each client with all of its settings (functions/realtime/aws-clients.ts).
 */
import { calculateBodyLength } from '@smithy/core/serde';
import { streamCollector } from '@smithy/node-http-handler';
// The bundler finds it beside the module that this one stands for.
// @ts-expect-error
import { getRuntimeConfig as getSharedRuntimeConfig } from './runtimeConfig.shared';

const needed = [
  'authSchemePreference',
  'credentials',
  'maxAttempts',
  'region',
  'requestHandler',
  'retryMode',
  'useDualstackEndpoint',
  'useFipsEndpoint',
];

export function getRuntimeConfig(config: Record<string, unknown>): Record<string, unknown> {
  const missing = needed.filter((name) => config[name] === undefined);
  if (missing.length > 0) throw new Error(`A client of the AWS SDK was made without ${missing.join(', ')}.`);
  return {
    ...getSharedRuntimeConfig(config),
    ...config,
    runtime: 'node',
    bodyLengthChecker: calculateBodyLength,
    streamCollector,
    defaultUserAgentProvider: async () => [],
  };
}
