import { InputError } from '@backstage/errors';
import { z } from 'zod';

const headerSchema = z.object({
  version: z.literal(4),
  serial: z.number().int().nonnegative(),
  lineage: z.string().min(1).max(255),
});

/**
 * What the store must know of a state document: format 4, the one since Terraform 0.12.
 *
 * @throws InputError when the text is something else; the text is not quoted, it may hold secrets
 */
export function parseStateHeader(content: Buffer): {
  serial: number;
  lineage: string;
} {
  try {
    const { serial, lineage } = headerSchema.parse(
      JSON.parse(content.toString('utf8')),
    );
    return { serial, lineage };
  } catch {
    throw new InputError(
      'The document is not a Terraform state of format 4 with serial and lineage.',
    );
  }
}
