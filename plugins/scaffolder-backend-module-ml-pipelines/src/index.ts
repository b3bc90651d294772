/**
 * Scaffolder actions that validate, save, deploy, run and destroy ML pipelines.
 *
 * @packageDocumentation
 */
export { scaffolderModuleMlPipelines as default } from './module';
export { createValidatePipelineAction } from './actions/validatePipeline';
export { createSavePipelineAction } from './actions/savePipeline';
export { createDeployPipelineAction } from './actions/deployPipeline';
export { createDestroyPipelineAction } from './actions/destroyPipeline';
export { createRunPipelineAction } from './actions/runPipeline';
export type { ActionDependencies, FollowPace } from './ActionDependencies';
