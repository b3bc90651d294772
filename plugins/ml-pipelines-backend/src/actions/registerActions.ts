import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { NotFoundError } from '@backstage/errors';
import {
  formatProblem,
  hasErrors,
  listPipelinesQuerySchema,
  PIPELINE_STATUSES,
  pipelineCreatePermission,
  pipelineReadPermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { PipelineAuthorizer } from '../permissions/createPipelineAuthorizer';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { PipelineValidator } from '../pipelines/PipelineValidator';

/** Options of {@link registerActions}. */
export interface ActionsOptions {
  actionsRegistry: ActionsRegistryService;
  authorizer: Pick<PipelineAuthorizer, 'check' | 'filterFor'>;
  pipelines: Pick<PipelineStore, 'list' | 'get'>;
  validator: Pick<PipelineValidator, 'validateYaml'>;
}

/**
 * What assistants (over MCP) and templates can ask the backend: to find, show
 * and check pipelines. They read only, and see what their user may see.
 */
export function registerActions(options: ActionsOptions): void {
  const { actionsRegistry, authorizer, pipelines, validator } = options;
  const attributes = { readOnly: true, idempotent: true };

  actionsRegistry.register({
    name: 'list-pipelines',
    title: 'List ML pipelines',
    description:
      'Finds machine-learning pipelines with their status, owner and target. Use it to see what runs, or what has failed.',
    attributes,
    schema: {
      input: z =>
        z.object({
          search: z
            .string()
            .max(200)
            .optional()
            .describe('Part of a name, title, description or owner'),
          status: z
            .array(z.enum(PIPELINE_STATUSES))
            .optional()
            .describe('Only pipelines in one of these states'),
          limit: z
            .number()
            .int()
            .min(1)
            .max(100)
            .default(25)
            .describe('At most so many'),
        }),
      output: z =>
        z.object({
          totalItems: z.number().describe('How many match in all'),
          items: z.array(
            z.object({
              name: z.string(),
              title: z.string(),
              owner: z.string(),
              target: z.string(),
              status: z.enum(PIPELINE_STATUSES),
              statusReason: z.string().optional(),
              revision: z.number().describe('Newest saved revision'),
              deployedRevision: z.number().optional(),
              firingAlerts: z.number(),
            }),
          ),
        }),
    },
    async action({ input, credentials }) {
      const filter = await authorizer.filterFor(
        credentials,
        pipelineReadPermission,
      );
      const query = listPipelinesQuerySchema.parse(input);
      const { items, totalItems } = await pipelines.list(query, filter);
      return { output: { items, totalItems } };
    },
  });

  actionsRegistry.register({
    name: 'get-pipeline',
    title: 'Show an ML pipeline',
    description:
      'Shows one machine-learning pipeline: why it is in its state, its endpoint, and the document of its newest revision with nodes and parameters.',
    attributes,
    schema: {
      input: z => z.object({ name: z.string().describe('Name of a pipeline') }),
      output: z =>
        z.object({
          status: z.enum(PIPELINE_STATUSES),
          statusReason: z.string().optional(),
          revision: z.number(),
          deployedRevision: z.number().optional(),
          endpoint: z.string().optional(),
          document: z.record(z.unknown()),
        }),
    },
    async action({ input, credentials }) {
      await authorizer.check(credentials, pipelineReadPermission, input.name);
      const pipeline = await pipelines.get(input.name);
      if (!pipeline) {
        throw new NotFoundError(`There is no pipeline "${input.name}".`);
      }
      const { status, statusReason, revision, deployedRevision } = pipeline;
      const { endpoint, document } = pipeline;
      return {
        output: {
          status,
          statusReason,
          revision,
          deployedRevision,
          endpoint,
          document: { ...document },
        },
      };
    },
  });

  actionsRegistry.register({
    name: 'check-pipeline',
    title: 'Check an ML pipeline',
    description:
      'Checks the YAML of a machine-learning pipeline against node types, targets and secrets of the portal, and says everything that is wrong. Saves nothing.',
    attributes,
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
    async action({ input, credentials }) {
      await authorizer.check(credentials, pipelineCreatePermission);
      const { problems } = await validator.validateYaml(input.yaml);
      return {
        output: {
          valid: !hasErrors(problems),
          problems: problems.map(formatProblem),
        },
      };
    },
  });
}
