/**
 * The backend of ML pipelines: pipelines, revisions, deployments, Terraform
 * state, secrets, targets, metrics and alerts.
 *
 * @packageDocumentation
 */
export { mlPipelinesPlugin as default } from './plugin';
export {
  createPipelineConditionalDecision,
  pipelineConditions,
  pipelineResourceRef,
  pipelineRules,
} from './permissions/rules';
export type {
  PipelineCondition,
  PipelineResource,
} from './permissions/PipelineResource';
