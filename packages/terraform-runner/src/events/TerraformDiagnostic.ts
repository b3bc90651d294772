import { z } from 'zod';

const positionSchema = z.object({
  line: z.number(),
  column: z.number(),
  byte: z.number().optional(),
});

/**
 * One error or warning of Terraform. Its `snippet`, which quotes source and values, is left out on purpose.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export const terraformDiagnosticSchema = z.object({
  severity: z.enum(['error', 'warning']).catch('error'),
  /** One line. */
  summary: z.string(),
  detail: z.string().default(''),
  /** The resource it is about, e.g. `terraform_data.release`. */
  address: z.string().optional(),
  /** Where in the configuration. */
  range: z
    .object({
      filename: z.string(),
      start: positionSchema,
      end: positionSchema,
    })
    .optional(),
});

/** {@inheritDoc terraformDiagnosticSchema} @public */
export type TerraformDiagnostic = z.infer<typeof terraformDiagnosticSchema>;
