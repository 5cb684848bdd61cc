import { afterAll, beforeAll, describe, it } from 'vitest';
import { arrivals } from './checks/arrivals.ts';
import { closing } from './checks/closing.ts';
import { hosts } from './checks/hosts.ts';
import { links } from './checks/links.ts';
import { live } from './checks/live.ts';
import { looks } from './checks/looks.ts';
import type { ColorScheme, Engine, EngineBrowser } from './engine.ts';
import { type Host, startHost } from './host.ts';
import { type Check, startVisit } from './visit.ts';

/** What the bell does in every engine. */
const checks: Record<ColorScheme, Record<string, Check>> = {
  light: { ...live, ...arrivals, ...links, ...closing, ...hosts, ...looks('light') },
  dark: looks('dark'),
};

/** Tests the bell on the running service in one engine. Each engine has a file, so that they run beside each other. */
export function describeBell({ name, missing, start }: Engine): void {
  if (missing) console.warn(`The tests in ${name} are skipped. To install it: ${missing}.`);
  const reason = missing ? `, which is not installed (${missing})` : '';

  describe.skipIf(missing)(`the bell on the running service, in ${name}${reason}`, () => {
    let host: Host;
    beforeAll(async () => {
      host = await startHost();
    });
    afterAll(() => host?.[Symbol.asyncDispose]());

    describe.each(['light', 'dark'] as const)('when the page is %s', (colorScheme) => {
      let browser: EngineBrowser;
      beforeAll(async () => {
        browser = await start(colorScheme);
      });
      afterAll(() => browser?.[Symbol.asyncDispose]());

      it.each(Object.entries(checks[colorScheme]))('%s', (_, check) =>
        check(startVisit(name, host, browser)),
      );
    });
  });
}
