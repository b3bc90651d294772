import { RESOURCE_TYPE_PIPELINE } from '@mlpipe/plugin-ml-pipelines-common';
import {
  createConditionExports,
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { z } from 'zod';
import type { PipelineCondition, PipelineResource } from './PipelineResource';

/** Pipelines, as permission policies decide about them. @public */
export const pipelineResourceRef = createPermissionResourceRef<
  PipelineResource,
  PipelineCondition
>().with({ pluginId: 'ml-pipelines', resourceType: RESOURCE_TYPE_PIPELINE });

const isOwner = createPermissionRule({
  name: 'IS_OWNER',
  description: 'Pipelines whose owner is one of the given entities',
  resourceRef: pipelineResourceRef,
  paramsSchema: z.object({
    claims: z
      .array(z.string())
      .describe('Full entity references, such as the claims of the user'),
  }),
  apply: (pipeline, { claims }) => lower(claims).includes(pipeline.owner),
  toQuery: ({ claims }) => ({ key: 'owner', values: lower(claims) }),
});

const hasTarget = createPermissionRule({
  name: 'HAS_TARGET',
  description:
    'Pipelines whose newest revision is meant for one of the targets',
  resourceRef: pipelineResourceRef,
  paramsSchema: z.object({
    targets: z.array(z.string()).describe('Names of targets'),
  }),
  apply: (pipeline, { targets }) => targets.includes(pipeline.target),
  toQuery: ({ targets }) => ({ key: 'target', values: targets }),
});

const hasName = createPermissionRule({
  name: 'HAS_NAME',
  description: 'Pipelines with one of the names',
  resourceRef: pipelineResourceRef,
  paramsSchema: z.object({
    names: z.array(z.string()).describe('Names of pipelines'),
  }),
  apply: (pipeline, { names }) => names.includes(pipeline.name),
  toQuery: ({ names }) => ({ key: 'name', values: names }),
});

/** Every rule of pipelines. @public */
export const pipelineRules = { isOwner, hasTarget, hasName };

/** For policies: conditions and the decision that carries them. @public */
export const {
  conditions: pipelineConditions,
  createConditionalDecision: createPipelineConditionalDecision,
} = createConditionExports({
  resourceRef: pipelineResourceRef,
  rules: pipelineRules,
});

/** References are compared without regard to case, as the catalog does. */
function lower(values: string[]): string[] {
  return values.map(value => value.toLowerCase());
}
