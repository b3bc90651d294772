import {
  formatProblem,
  hasErrors,
  pipelineCreatePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { ActionsOptions, READS } from './ActionsOptions';
import { auditedAction } from './auditedAction';

/** Checks a document that nobody has saved. */
export function registerValidatePipeline(options: ActionsOptions): void {
  const { actionsRegistry, auditor, authorizer, validator } = options;
  actionsRegistry.register({
    name: 'validate-pipeline',
    title: 'Validate an ML pipeline',
    description:
      'Checks the YAML of a machine-learning pipeline against node types, targets and secrets of the portal, and says everything that is wrong. Saves nothing.',
    attributes: READS,
    schema: {
      input: z =>
        z.object({ yaml: z.string().max(1_000_000).describe('The document') }),
      output: z =>
        z.object({
          valid: z.boolean(),
          problems: z
            .array(z.string())
            .describe('What is wrong, where, and what to do about it'),
        }),
    },
    action: ({ input, credentials }) =>
      auditedAction(
        auditor,
        { action: 'validate-pipeline', credentials },
        async () => {
          await authorizer.check(credentials, pipelineCreatePermission);
          const { problems } = await validator.validateYaml(input.yaml);
          return {
            output: {
              valid: !hasErrors(problems),
              problems: problems.map(formatProblem),
            },
          };
        },
      ),
  });
}
