import { startSystem } from '../../local/system.ts';
import type { RunRequest } from './killable-system.ts';

// Runs the template in a process of its own, for a test that kills it. The test's end is this process's end.
process.on('disconnect', () => process.exit());
process.once('message', async (request: RunRequest) => {
  const { outputs, awsEndpointUrl, databaseUrl, secret } = await startSystem({ ...request, durable: true });
  process.send?.({
    databaseUrl,
    outputs: { ...outputs, AwsEndpointUrl: awsEndpointUrl, JwtSecret: secret('JwtSecretArn') },
  });
});
