import { z } from 'zod';
import { terraformLockInfoSchema } from './TerraformLockInfo';
import {
  TerraformStateLock,
  TerraformStateVersion,
} from './TerraformStateStore';

/** Dates arrive as objects from PostgreSQL, as milliseconds from SQLite. */
const dateSchema = z.coerce.date();

/** 64-bit integers arrive as text from PostgreSQL. */
const integerSchema = z.coerce.number().int();

/** Columns of a version apart from its content. */
export const VERSION_COLUMNS = [
  'id',
  'stack_id',
  'serial',
  'lineage',
  'md5',
  'size',
  'attempt_id',
  'deleted',
  'created_at',
] as const;

const versionRowSchema = z
  .object({
    id: integerSchema,
    stack_id: z.string(),
    serial: integerSchema,
    lineage: z.string(),
    md5: z.string(),
    size: integerSchema,
    attempt_id: z.string(),
    deleted: z.coerce.boolean(),
    created_at: dateSchema,
  })
  .transform(
    (row): TerraformStateVersion => ({
      id: row.id,
      stackId: row.stack_id,
      serial: row.serial,
      lineage: row.lineage,
      md5: row.md5,
      size: row.size,
      attemptId: row.attempt_id,
      deleted: row.deleted,
      createdAt: row.created_at,
    }),
  );

const lockRowSchema = z
  .object({
    stack_id: z.string(),
    lock_id: z.string(),
    attempt_id: z.string(),
    info: z.string(),
    created_at: dateSchema,
  })
  .transform(
    (row): TerraformStateLock => ({
      stackId: row.stack_id,
      lockId: row.lock_id,
      attemptId: row.attempt_id,
      info: terraformLockInfoSchema.parse(JSON.parse(row.info)),
      createdAt: row.created_at,
    }),
  );

/** Reads a row of `terraform_state_versions`. */
export function toVersion(row: unknown): TerraformStateVersion {
  return versionRowSchema.parse(row);
}

/** Reads a row of `terraform_state_locks`. */
export function toLock(row: unknown): TerraformStateLock {
  return lockRowSchema.parse(row);
}
