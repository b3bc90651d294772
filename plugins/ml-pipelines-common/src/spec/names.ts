import { z } from 'zod';

/**
 * Name of a pipeline: a DNS label of at most 40 characters, so that names
 * derived from it (Kubernetes objects, releases) still fit into 63.
 */
export const pipelineNameSchema = z
  .string()
  .min(1, 'A name is required')
  .max(40, 'At most 40 characters')
  .regex(
    /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
    'Use lower-case letters, digits and dashes; start with a letter, end with a letter or digit',
  );

/** Id of a node, unique within its pipeline. */
export const nodeIdSchema = z
  .string()
  .max(40, 'At most 40 characters')
  .regex(
    /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
    'Use lower-case letters, digits and dashes; start with a letter, end with a letter or digit',
  );

/** Name of a target or a secret. */
export const resourceNameSchema = z
  .string()
  .min(1, 'A name is required')
  .max(63, 'At most 63 characters')
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'Use lower-case letters, digits and dashes',
  );

/** POSIX name of an environment variable (IEEE Std 1003.1, section 8.1). */
export const environmentNameSchema = z
  .string()
  .max(128, 'At most 128 characters')
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'Use letters, digits and underscores; do not start with a digit',
  );

/** Full reference of a catalog entity, e.g. `group:default/security`. */
export const entityRefSchema = z
  .string()
  .regex(
    /^[a-z]+:[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/i,
    'Use a full entity reference such as group:default/security',
  );
