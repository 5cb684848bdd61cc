/**
 * The value of `--origin`.
 * @throws Error if it is more or less than an origin
 */
export function originOption(value: string | undefined): string | undefined {
  if (value === undefined || URL.parse(value)?.origin === value) return value;
  throw new Error(
    `--origin must be the scheme, the host and perhaps the port of a page, such as https://app.example.com; it is ${JSON.stringify(value)}.`,
  );
}

/**
 * The value of `--wait`, in milliseconds.
 * @throws Error if it is no number of seconds
 */
export function waitOption(value = '30'): number {
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value) * 1_000;
  throw new Error(`--wait must be a number of seconds from 1 to 999; it is ${JSON.stringify(value)}.`);
}
