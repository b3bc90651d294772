import { z } from 'zod';

const errorSchema = z.object({
  error: z.object({
    code: z.string().optional(),
    message: z.string().min(1),
    hint: z.string().nullish(),
    node: z.string().nullish(),
  }),
});

const logSchema = z.object({
  level: z.string().optional(),
  node: z.string().nullish(),
  message: z.string().min(1),
});

const MAX_LENGTH = 500;

/** What a container said at its end. */
export interface LastWords {
  message: string;
  code?: string;
  hint?: string;
  node?: string;
}

/**
 * Reads what a container left as its termination message: the runtime's
 * `{"error": …}`, or else the last lines of its log, of which the last error
 * counts, or the last line of a traceback.
 */
export function readTerminationMessage(
  text: string | undefined,
): LastWords | undefined {
  const lines = (text ?? '')
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)
    .reverse();
  const parsed = lines.map(parse);
  for (const value of parsed) {
    const error = errorSchema.safeParse(value);
    if (error.success) {
      const { message, code, hint, node } = error.data.error;
      return {
        message,
        code,
        hint: hint ?? undefined,
        node: node ?? undefined,
      };
    }
  }
  for (const value of parsed) {
    const line = logSchema.safeParse(value);
    if (line.success && /error|critical/i.test(line.data.level ?? '')) {
      return {
        message: line.data.message,
        node: line.data.node ?? undefined,
      };
    }
  }
  const plain = lines.find((_, index) => parsed[index] === undefined);
  return plain ? { message: plain.slice(0, MAX_LENGTH) } : undefined;
}

/** Undefined for what is no JSON, such as a line that was cut off. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
