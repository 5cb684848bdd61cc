import type { Logger } from '../../functions/core/ports.ts';

export interface LogLine {
  level: 'info' | 'error';
  message: string;
  fields: Record<string, unknown>;
}

/** A logger that keeps its lines. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly LogLine[];
}

export function createRecordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  return {
    lines,
    info: (message, fields = {}) => void lines.push({ level: 'info', message, fields }),
    error: (message, fields = {}) => void lines.push({ level: 'error', message, fields }),
  };
}
