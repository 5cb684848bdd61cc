import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { runAsOwner, usersOfSystem } from '../../support/database.ts';
import { forgetLaterReleases, usersOfFirstRelease } from '../../support/first-release.ts';
import { command, createInstallation, newUser } from '../../support/installation.ts';
import { keepLog } from '../../support/kept-log.ts';
import { templateOf } from '../../support/templates.ts';
import { startWatchedSystem } from '../../support/watched-system.ts';

it('npm start goes on with the data of the first release, with users of its own beside the former ones', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-former-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const log = keepLog(inject('logDirectory'));
  const start = async () => {
    const assemblyDirectory = await templateOf();
    const { system, outputs } = await startWatchedSystem({
      assemblyDirectory,
      stateDirectory: join(directory, 'state'),
      log,
    });
    const url = system.databaseUrl ?? '';
    return { system, belfry: createInstallation(outputs, { log }), url };
  };
  const user = newUser();

  // The directory as the first release has left it.
  const before = await start();
  await before.belfry.invoke(command(user));
  const present = Object.values(await usersOfSystem(before.url));
  for (const name of present) {
    await runAsOwner(before.url, `GRANT ${name} TO CURRENT_USER; DROP OWNED BY ${name}; DROP ROLE ${name}`);
  }
  await runAsOwner(before.url, forgetLaterReleases);
  await runAsOwner(before.url, usersOfFirstRelease({ isIam: true }));
  await before.system.stop();

  const { system, belfry, url } = await start();
  onTestFinished(() => system.stop());
  await belfry.invoke(command(user));
  const answer = await belfry.as(user).get('/notifications/unread-count');
  expect(answer.body).toMatchObject({ unread_count: 2 });
  expect(Object.values(await usersOfSystem(url))).toEqual(present);
  const [former] = await runAsOwner(
    url,
    "SELECT has_table_privilege('belfry_writer', 'inboxes', 'SELECT') AS is_kept",
  );
  expect(former).toEqual({ is_kept: true });
});
