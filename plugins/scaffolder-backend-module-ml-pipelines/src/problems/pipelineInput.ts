import { InputError } from '@backstage/errors';
import {
  MAX_YAML_LENGTH,
  parsePipelineYaml,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { z as Zod } from 'zod/v3';
import { withoutStack } from '../calls/explainError';

/** The two ways to hand a pipeline to an action. */
export interface PipelineInput {
  document?: Record<string, unknown>;
  yaml?: string;
}

/** Input fields of {@link PipelineInput}, for the schemas of actions. */
export const pipelineInputSchema = {
  document: (z: typeof Zod) =>
    z
      .record(z.unknown())
      .optional()
      .describe(
        'The pipeline as an object with apiVersion, kind, metadata and spec. Give either this or yaml.',
      ),
  yaml: (z: typeof Zod) =>
    z
      .string()
      .max(MAX_YAML_LENGTH)
      .optional()
      .describe(
        'The pipeline as YAML text; problems then name lines. Give either this or document.',
      ),
};

/** What is sent for validation: exactly one of the two. */
export function validationRequest(input: PipelineInput): PipelineInput {
  if ((input.document === undefined) === (input.yaml === undefined)) {
    throw withoutStack(
      new InputError(
        'Give the pipeline either as "document" (an object) or as "yaml" (text), not both and not neither.',
      ),
    );
  }
  return input.document === undefined
    ? { yaml: input.yaml }
    : { document: input.document };
}

/**
 * The document of an input, as far as it can be read; undefined for text that
 * is not YAML. Whether it is valid is for the backend to say.
 */
export function documentOf(input: PipelineInput): unknown {
  return input.yaml === undefined
    ? input.document
    : parsePipelineYaml(input.yaml).document;
}

/** The name that a document gives itself, when it has one. */
export function nameOf(document: unknown): string | undefined {
  const name = (document as { metadata?: { name?: unknown } } | undefined)
    ?.metadata?.name;
  return typeof name === 'string' && name ? name : undefined;
}

/** Whether a value is an object with keys, as every document is. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
