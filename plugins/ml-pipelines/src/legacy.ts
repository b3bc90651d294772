/**
 * The same pages, tabs and form fields for apps on the old frontend system.
 *
 * @packageDocumentation
 */
export {
  EntityMlPipelineCard,
  EntityMlPipelineConsoleContent,
  EntityMlPipelineContent,
  EntityMlPipelineDeploymentsContent,
  EntityMlPipelineLogsContent,
  EntityMlPipelineModelContent,
  EntityMlPipelineMonitoringContent,
  EntityMlPipelineRevisionsContent,
  EntityMlPipelineRunsContent,
  isMlPipeline,
} from './legacy/entityExtensions';
export {
  MlKubernetesConnectionFieldExtension,
  MlPipelineAlertsFieldExtension,
  MlPipelineComputeFieldExtension,
  MlPipelineEnvironmentFieldExtension,
  MlPipelineNameFieldExtension,
  MlPipelineNodeFieldExtension,
  MlPipelinePickerFieldExtension,
  MlPipelineReviewFieldExtension,
  MlPipelineTargetFieldExtension,
  MlPipelineYamlFieldExtension,
} from './legacy/fieldExtensions';
export { mlPipelinesPlugin, MlPipelinesPage } from './legacy/plugin';
export { mlPipelinesApiRef } from './api/mlPipelinesApiRef';
export {
  mlPipelinesTranslationRef,
  mlPipelinesTranslations,
} from './translation';
