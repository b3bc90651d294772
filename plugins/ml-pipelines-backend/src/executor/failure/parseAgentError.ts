import { z } from 'zod';

const agentErrorSchema = z.object({
  error: z.object({
    code: z.string().min(1),
    message: z.string().min(1),
    hint: z.string().nullish(),
    node: z.string().nullish(),
  }),
});

/** What a program on the target said about its failure. */
export interface AgentError {
  code: string;
  message: string;
  hint?: string;
  node?: string;
}

/** `(local-exec): ` and the like in front of a provisioner's output. */
const PREFIX = /^.*?(?=\{"error":)/;

/**
 * Finds the last line `{"error":{"code","message","hint","node"}}` in a text:
 * the way in which programs that a provisioner starts say what went wrong.
 */
export function parseAgentError(text: string): AgentError | undefined {
  for (const line of text.split('\n').reverse()) {
    if (line.includes('{"error":')) {
      try {
        const parsed = agentErrorSchema.parse(
          JSON.parse(line.replace(PREFIX, '').trim()),
        );
        const { code, message, hint, node } = parsed.error;
        return {
          code,
          message,
          hint: hint ?? undefined,
          node: node ?? undefined,
        };
      } catch {
        // Another line may be the one.
      }
    }
  }
  return undefined;
}
