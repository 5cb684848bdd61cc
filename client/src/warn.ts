declare const process: { env: { NODE_ENV?: string } };

// Bundlers remove the bodies for production, and then every call. A page without a bundler has no `process`.

/** Calls the function in development builds alone. */
export function inDevelopment(run: () => void): void {
  try {
    if (process.env.NODE_ENV !== 'production') run();
  } catch {}
}

/** Says in development builds that something of the app cannot be used. */
export function warn(name: string, value: unknown): void {
  try {
    if (process.env.NODE_ENV !== 'production')
      console.warn(`belfry: "${name}" cannot be used, so the default is:`, value);
  } catch {}
}

const said = new Set<string>();

/** The same once, for what happens in each render. */
export function warnOnce(name: string, value: unknown): void {
  try {
    if (process.env.NODE_ENV !== 'production' && !said.has(name)) {
      said.add(name);
      warn(name, value);
    }
  } catch {}
}
