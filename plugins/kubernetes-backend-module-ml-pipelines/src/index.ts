/**
 * Shows the clusters of ML pipelines in Backstage's Kubernetes plugin.
 *
 * @packageDocumentation
 */
export { kubernetesModuleMlPipelines as default } from './module';
