declare const process: { env: { NODE_ENV?: string } };

/** Says in development builds that something of the app cannot be used. */
export function warn(name: string, value: unknown): void {
  try {
    // Bundlers replace the expression, and drop all this in production. A page without a bundler has no process.
    if (process.env.NODE_ENV !== 'production')
      console.warn(`belfry: "${name}" cannot be used, so the default is:`, value);
  } catch {}
}
