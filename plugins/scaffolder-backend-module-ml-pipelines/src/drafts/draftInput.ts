import type { z as Zod } from 'zod/v3';

/** What an action can be told about the form that a pipeline came from. */
export interface DraftInput {
  form?: Record<string, unknown>;
  draftId?: string;
}

/** Input fields of {@link DraftInput}, for the schemas of actions. */
export const draftInputSchema = {
  form: (z: typeof Zod) =>
    z
      .record(z.unknown())
      .optional()
      .describe(
        'The parameters of the template, kept with the draft so that "correct and resume" can reopen the form.',
      ),
  draftId: (z: typeof Zod) =>
    z
      .string()
      .max(100)
      .optional()
      .describe(
        'Draft that the form was reopened from; it is updated instead of making another one, and removed once the pipeline is saved.',
      ),
};
