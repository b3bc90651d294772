/**
 * Spec, node catalogue, validation, API types and client of ML pipelines:
 * the one home of what portal, forms, runtime and modules agree on.
 *
 * @packageDocumentation
 */
export * from './spec/apiVersion';
export * from './spec/names';
export * from './schedules/dueTimes';
export * from './spec/PipelineDocument';
export * from './spec/problem';
export * from './spec/problemTexts';
export * from './spec/reservedEnvironment';
export * from './spec/upgradeDocument';
export * from './spec/yaml';
export * from './spec/stringifyPipeline';
export * from './spec/canonicalJson';
export * from './nodes/NodeType';
export * from './nodes/NodeCatalogue';
export * from './nodes/builtin';
export * from './graph/PipelineGraph';
export * from './graph/chainDocument';
export * from './targets/TargetCapabilities';
export * from './validation/ValidationContext';
export * from './validation/runFile';
export * from './validation/validateParameters';
export * from './validation/validatePipeline';
export * from './validation/validatePipelineYaml';
export * from './jsonSchema/nodeJsonSchema';
export * from './jsonSchema/pipelineJsonSchema';
export * from './jsonSchema/catalogueJson';
export * from './jsonSchema/nodeTypeEntry';
export * from './deployments/deploymentStates';
export * from './alerts/alertMetrics';
export * from './revisions/changeTexts';
export * from './revisions/DocumentChange';
export * from './revisions/changeSentence';
export * from './revisions/diffDocuments';
export * from './revisions/deriveDocuments';
export * from './api/pipelines';
export * from './api/deployments';
export * from './api/artifacts';
export * from './api/runtime';
export * from './api/alerts';
export * from './api/runs';
export * from './api/models';
export * from './api/revisions';
export * from './api/portfolio';
export * from './api/targets';
export * from './api/MlPipelinesApi';
export * from './api/MlPipelinesClient';
export * from './api/InvalidPipelineError';
export * from './permissions';
export * from './events';
export * from './annotations';
export * from './links';
