import type { Logger } from '../core/ports.ts';

/**
 * A logger that writes one JSON object a line, which CloudWatch Logs Insights reads field by field. Lambda takes the level
 * from a line only where it has a timestamp as well (Lambda Developer Guide, "Log-level filtering").
 */
export const logger: Logger = {
  info: (message, fields) => write('INFO', message, fields),
  error: (message, fields) => write('ERROR', message, fields),
};

function write(level: string, message: string, fields: Record<string, unknown> = {}): void {
  process.stdout.write(
    `${JSON.stringify({ timestamp: new Date().toISOString(), level, message, ...fields }, describeErrors)}\n`,
  );
}

// JSON.stringify would make {} of an error. Its other properties stay out: drivers hang whole rows on them.
function describeErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return {
    name,
    message,
    ...('code' in value && { code: value.code }),
    stack,
    ...(cause instanceof Error && { cause }),
  };
}
