import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { checkPorts, type Ports, portsFrom } from '../../local/command-line/ports.ts';
import { commandLine } from '../../local/database/postgres-data-directory.ts';
import { freePort } from '../../local/http-server.ts';

const onLinux = process.platform === 'linux';
const hasIpv6 = networkInterfaces().lo?.some(({ family }) => family === 'IPv6') ?? !onLinux;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A port that this process listens on. */
async function heldPort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  cleanups.push(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function freePorts(): Promise<Ports> {
  const [http = 0, socket = 0, aws = 0, demo = 0, postgres = 0] = await Promise.all(
    Array.from({ length: 5 }, freePort),
  );
  return { http, socket, aws, demo, postgres };
}

const refusalOf = (changed: Partial<Ports>) =>
  freePorts().then((ports) =>
    checkPorts({ ...ports, ...changed }).then(
      () => 'accepted',
      ({ message }) => String(message),
    ),
  );

describe('the option --port', () => {
  it.each([
    ['4400', { http: 4400, socket: 4401, aws: 4402, demo: 4403, postgres: 4404 }],
    ['1024', { http: 1024, socket: 1025, aws: 1026, demo: 1027, postgres: 1028 }],
    ['65531', { http: 65_531, socket: 65_532, aws: 65_533, demo: 65_534, postgres: 65_535 }],
    ['0', { http: 0, socket: 0, aws: 0, demo: 0, postgres: 0 }],
  ])('asks by %s for five ports', (text, ports) => {
    expect(portsFrom(text)).toEqual(ports);
  });

  it.each([
    '1023',
    '80',
    '1',
    '65532',
    '70000',
    '99999999999',
    '-1',
    '4400.5',
    '1e4',
    '0x1130',
    '',
    ' 4400',
    'http',
  ])('refuses %j', (text) => {
    expect(() => portsFrom(text)).toThrow(
      `--port must be a number from 1024 to 65531, or 0 for free ports; it is ${JSON.stringify(text)}.`,
    );
  });
});

describe('the look at the ports', () => {
  it('finds nothing if all are free, or any free ones are asked for', async () => {
    // Between the two steps another program may take one.
    await expect.poll(() => refusalOf({})).toBe('accepted');
    await expect(checkPorts(portsFrom('0'))).resolves.toBeUndefined();
  });

  it.each([
    ['http', 'HTTP API'],
    ['socket', 'WebSocket API'],
    ['aws', 'AWS endpoint'],
    ['demo', 'demo page'],
    ['postgres', 'PostgreSQL'],
  ])('says what the port %s is for', async (name, purpose) => {
    const port = await heldPort('127.0.0.1');
    expect(await refusalOf({ [name]: port })).toContain(`  ${port}  ${purpose}: `);
  });

  it.each(['127.0.0.1', '0.0.0.0', ...(hasIpv6 ? ['::1', '::'] : [])])(
    'finds a listener on %s',
    async (host) => {
      const port = await heldPort(host);
      expect(await refusalOf({ aws: port })).toContain(`  ${port}  AWS endpoint: `);
    },
  );

  it('names every taken port, and ports that are free', async () => {
    const [http, postgres] = [await heldPort('127.0.0.1'), await heldPort('127.0.0.1')];
    const refusal = await refusalOf({ http, postgres });
    expect(refusal).toContain(`  ${http}  HTTP API: `);
    expect(refusal).toContain(`  ${postgres}  PostgreSQL: `);
    const [, free = ''] = /npm start -- --port (\d+)$/.exec(refusal) ?? [];
    expect(portsFrom(free).http).not.toBe(http);
  });

  it.runIf(onLinux)('names the process of another program', async () => {
    const port = await heldPort('127.0.0.1');
    expect(await refusalOf({ http: port })).toContain(`(process ${process.pid})`);
  });

  // Only root can become another user.
  it.runIf(onLinux && process.getuid?.() === 0)('names the user whose programs it may not see', async () => {
    const port = await heldPort('127.0.0.1');
    const module = join(import.meta.dirname, '../../local/command-line/port-holder.ts');
    const script = `import('${module}').then(({ portHolder }) => console.log(JSON.stringify(portHolder(${port}))))`;
    const nobody = { uid: 65_534, gid: 65_534 };
    const { stdout } = await promisify(execFile)(...commandLine(nobody, process.execPath, ['-e', script]));
    expect(JSON.parse(stdout)).toEqual({ user: 0 });
  });
});
