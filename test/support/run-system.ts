import { keepLog } from './kept-log.ts';
import type { RunRequest } from './killable-system.ts';
import { startWatchedSystem } from './watched-system.ts';

// Runs the template in a process of its own, for a test that kills it. The test's end is this process's end.
process.on('disconnect', () => process.exit());
process.once('message', async ({ logDirectory, ...request }: RunRequest) => {
  const log = keepLog(logDirectory);
  const { system, outputs } = await startWatchedSystem({ ...request, durable: true, log });
  process.send?.({ databaseUrl: system.databaseUrl, outputs });
});
