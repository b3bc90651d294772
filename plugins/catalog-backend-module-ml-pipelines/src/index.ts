/**
 * Catalog entities of ML pipelines, their endpoints, data sources and targets.
 *
 * @packageDocumentation
 */
export { catalogModuleMlPipelines as default } from './module';
export { MlPipelinesEntityProvider } from './provider/MlPipelinesEntityProvider';
export type { MlPipelinesEntityProviderOptions } from './provider/MlPipelinesEntityProvider';
