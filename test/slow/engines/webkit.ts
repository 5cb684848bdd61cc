import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '../../support/free-port.ts';
import { installed } from '../../support/installed.ts';
import type { ColorScheme, Engine, EngineBrowser, Point, Size, Tab } from './engine.ts';
import { createWebDriver, type WebDriver } from './web-driver.ts';

const driverPath = installed('WEBKIT_DRIVER_PATH', ['WebKitWebDriver']);
const displayPath = installed('XVFB_PATH', ['Xvfb']);

/** WebKitGTK, driven by WebDriver. It has no headless mode, so it gets a display of its own. */
export const webkit: Engine = {
  name: 'WebKit',
  missing: driverPath && displayPath ? undefined : 'apt-get install webkit2gtk-driver xvfb',
  start,
};

/** The least width of a window, because of its tool bar. */
const leastWidth = 500;

async function start(colorScheme: ColorScheme): Promise<EngineBrowser> {
  await using started = new AsyncDisposableStack();
  // Xvfb chooses a free display, and writes its number to file descriptor 1.
  const display = run(displayPath, ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp']);
  started.defer(() => end(display));
  const [number] = await once(createInterface(display.stdout), 'line');
  const port = await freePort();
  const driver = run(driverPath, [`--port=${port}`], {
    DISPLAY: `:${number}`,
    GDK_BACKEND: 'x11',
    GTK_THEME: colorScheme === 'dark' ? 'Adwaita:dark' : 'Adwaita',
  });
  started.defer(() => end(driver));
  const gone = new AbortController();
  driver.once('exit', () => gone.abort());
  const session = await createWebDriver(`http://127.0.0.1:${port}`, gone.signal);
  started.defer(() => session.quit());
  const running = started.move();
  return {
    async open(url, viewport) {
      // A hidden tab of a window does not come to the front, so each tab gets a window.
      const window = await session.newWindow();
      const isNarrow = viewport.width < leastWidth;
      await resizeViewport(window, isNarrow ? { ...viewport, width: leastWidth } : viewport);
      if (isNarrow) await openNarrow(window, url, viewport);
      else await window.goTo(url);
      return createTab(window);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

type Window = Awaited<ReturnType<WebDriver['newWindow']>>;

/** Gives the viewport this size. The window is higher, by its tool bar. */
async function resizeViewport(window: Window, { width, height }: Size): Promise<void> {
  await window.resize({ width, height });
  const inner = await window.evaluate(() => innerHeight);
  await window.resize({ width, height: 2 * height - inner });
}

/** Shows the page in a frame, because no window is so narrow. */
async function openNarrow(window: Window, url: string, { width, height }: Size): Promise<void> {
  await window.goTo('about:blank');
  const load = async (src: string, style: string) => {
    const frame = document.createElement('iframe');
    Object.assign(frame, { src, style });
    document.body.style.margin = '0';
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve));
  };
  await window.evaluate(load, url, `display: block; border: 0; width: ${width}px; height: ${height}px`);
  await window.enterFrame();
}

function createTab(window: Window): Tab {
  const move = ({ x, y }: Point) => ({ type: 'pointerMove', x: Math.round(x), y: Math.round(y) });
  return {
    evaluate: window.evaluate,
    async press(...keys) {
      for (const key of keys) await window.press(key.split('+'));
    },
    move: (to) => window.point(move(to)),
    click: (at) =>
      window.point(move(at), { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }),
    toFront: async () => {},
    [Symbol.asyncDispose]: () => window.close(),
  };
}

/** Starts a program that ends when its input does, and so with this process, however this one ends. */
function run(path: string | undefined, args: string[], env: NodeJS.ProcessEnv = {}) {
  if (!path) throw new Error(`WebKit is not installed: ${webkit.missing}.`);
  const script = 'exec 3<&0; "$@" <&- 3<&- & (read -r _ <&3; kill $!) >&- & wait %1';
  return spawn('sh', ['-c', script, 'sh', path, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

async function end(program: ReturnType<typeof run>): Promise<void> {
  program.stdin.end();
  if (program.exitCode === null) await once(program, 'exit');
}
