/**
 * Runs pipelines on Kubernetes clusters.
 *
 * @packageDocumentation
 */
export { mlPipelinesModuleKubernetes as default } from './module';
export { KubernetesDriver } from './KubernetesDriver';
export type { KubernetesDriverOptions } from './KubernetesDriver';
export type { KubernetesTargetConfig } from './targetConfig';
