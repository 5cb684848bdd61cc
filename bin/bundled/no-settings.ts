/**
 * Stands in the bundles for the search of the AWS SDK for one setting, in the environment and in two files of a home
 * directory. The setting has its default here, unless the client was made with another value.
 */
export function loadConfig<Value>({ default: value }: { default: Value | (() => Promise<Value>) }) {
  return async (): Promise<Value> => (value instanceof Function ? value() : value);
}
