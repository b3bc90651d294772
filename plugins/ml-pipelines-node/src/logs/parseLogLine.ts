import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import { z } from 'zod';

const levels: Record<string, LogLine['level']> = {
  debug: 'debug',
  info: 'info',
  warning: 'warning',
  warn: 'warning',
  error: 'error',
  critical: 'error',
};

const jsonLineSchema = z.object({
  time: z.string().optional(),
  level: z.string().optional(),
  node: z.string().nullish(),
  message: z.string(),
});

const errorLineSchema = z.object({
  error: z.object({
    message: z.string(),
    hint: z.string().nullish(),
    node: z.string().nullish(),
  }),
});

/**
 * Reads a line that the runtime wrote: a JSON line, the error that it ends
 * with, or what anything else wrote to stderr, such as a traceback.
 *
 * @param fallbackTime - For lines without a time, ISO 8601: that of the line
 *   before, or when it was written.
 * @public
 */
export function parseLogLine(
  text: string,
  fallbackTime: string,
): Omit<LogLine, 'cursor'> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { time: fallbackTime, level: 'error', message: text };
  }
  const line = jsonLineSchema.safeParse(value);
  if (line.success) {
    const { time, level = 'info', node, message } = line.data;
    return {
      time: time ?? fallbackTime,
      level: levels[level.toLowerCase()] ?? 'info',
      node: node ?? undefined,
      message,
    };
  }
  const error = errorLineSchema.safeParse(value);
  if (error.success) {
    const { message, hint, node } = error.data.error;
    return {
      time: fallbackTime,
      level: 'error',
      node: node ?? undefined,
      message: hint ? `${message} ${hint}` : message,
    };
  }
  return { time: fallbackTime, level: 'info', message: text };
}
