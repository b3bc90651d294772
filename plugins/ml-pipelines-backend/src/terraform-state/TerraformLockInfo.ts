import { z } from 'zod';

/**
 * A lock as Terraform describes it, in its own spelling: the client expects to read back what the holder
 * sent. Unknown members are kept.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/http
 */
export const terraformLockInfoSchema = z.looseObject({
  /** Random, made by the client. */
  ID: z.string().min(1).max(255),
  /** E.g. `OperationTypeApply`. */
  Operation: z.string().default(''),
  Info: z.string().default(''),
  /** User and host. */
  Who: z.string().default(''),
  /** Of Terraform. */
  Version: z.string().default(''),
  /** ISO 8601. */
  Created: z.string().default(''),
  Path: z.string().default(''),
});

/** {@inheritDoc terraformLockInfoSchema} */
export type TerraformLockInfo = z.infer<typeof terraformLockInfoSchema>;
