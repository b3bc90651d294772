/**
 * Catalog entities of ML pipelines, their endpoints, data sources and targets.
 *
 * @packageDocumentation
 */
export { catalogModuleMlPipelines as default } from './module';
