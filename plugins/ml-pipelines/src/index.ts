/**
 * Pages, entity tabs and form fields of ML pipelines, for the new frontend
 * system. Apps on the old one import `@mlpipe/plugin-ml-pipelines/legacy`.
 *
 * @packageDocumentation
 */
export { mlPipelinesPlugin as default } from './plugin';
export { mlPipelinesApiRef } from './api/mlPipelinesApiRef';
export type { MlPipelinesFrontendApi } from './api/mlPipelinesApiRef';
export {
  mlPipelinesTranslationRef,
  mlPipelinesTranslations,
} from './translation';
