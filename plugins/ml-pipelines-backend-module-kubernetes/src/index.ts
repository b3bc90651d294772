/**
 * Runs pipelines on Kubernetes clusters.
 *
 * @packageDocumentation
 */
export { mlPipelinesModuleKubernetes as default } from './module';
