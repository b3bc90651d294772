/**
 * Scaffolder actions that validate, save, deploy and destroy ML pipelines.
 *
 * @packageDocumentation
 */
export { scaffolderModuleMlPipelines as default } from './module';
export { createValidatePipelineAction } from './actions/validatePipeline';
export { createSavePipelineAction } from './actions/savePipeline';
export { createDeployPipelineAction } from './actions/deployPipeline';
export { createDestroyPipelineAction } from './actions/destroyPipeline';
export type { ActionDependencies, FollowPace } from './ActionDependencies';
