import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Handler = (event: unknown, context: object) => unknown;

/** An error of the runtime itself, not of the function. Its name begins with `Runtime.`, as on Lambda. */
export class RuntimeError extends Error {
  constructor(kind: string, message: string) {
    super(message);
    this.name = `Runtime.${kind}`;
  }
}

/**
 * Loads a bundle and finds its handler, with the order of files and the errors of AWS's runtime client.
 *
 * @param handlerName `<folders>/<file without ending>.<names of exports>`, such as `index.handler`
 * @throws RuntimeError if there is no such handler; the error of the bundle if it cannot be loaded
 */
export async function loadHandler(root: string, handlerName: string): Promise<Handler> {
  const lastPart = basename(handlerName);
  const [, moduleName, names] = /^([^.]*)\.(.*)$/.exec(lastPart) ?? [];
  if (moduleName === undefined || names === undefined) {
    throw new RuntimeError('MalformedHandlerName', 'Bad handler');
  }
  const folder = resolve(root, handlerName.slice(0, -lastPart.length));
  const exported = await importBundle(folder, moduleName);
  const handler = exportOf(exported, names) ?? exportOf(exported.default, names);
  if (!handler) throw new RuntimeError('HandlerNotFound', `${handlerName} is undefined or not exported`);
  if (!isFunction(handler)) throw new RuntimeError('HandlerNotFound', `${handlerName} is not a function`);
  if (handler.length >= 3) {
    // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html#nodejs-handler-callback
    throw new RuntimeError(
      'CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
        'You need to modify this function to use a supported handler signature to use Node.js 24 or later. ' +
        'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  return handler;
}

async function importBundle(folder: string, moduleName: string): Promise<Record<string, unknown>> {
  try {
    const file = ['', '.js', '.mjs', '.cjs']
      .map((ending) => join(folder, `${moduleName}${ending}`))
      .find(existsSync);
    // Without a file it may be a package, and if it is none, Node says so in its own words.
    return file ? await import(pathToFileURL(file).href) : createRequire(join(folder, '_'))(moduleName);
  } catch (error) {
    if (error instanceof SyntaxError) {
      const { stack } = error;
      throw Object.assign(new RuntimeError('UserCodeSyntaxError', String(error)), { stack });
    }
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('ImportModuleError', String(error));
    }
    throw error;
  }
}

/** The value of an export, or of a property of one: `names` is `handler` or `handlers.create`. */
function exportOf(exported: unknown, names: string): unknown {
  return names
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      exported,
    );
}

const isFunction = (value: unknown): value is Handler => typeof value === 'function';
