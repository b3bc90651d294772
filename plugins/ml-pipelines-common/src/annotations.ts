import { API_GROUP } from './spec/apiVersion';

/** Name of the pipeline that an entity stands for. @public */
export const PIPELINE_ANNOTATION = `${API_GROUP}/pipeline`;
/** Name of the target that an entity stands for. @public */
export const TARGET_ANNOTATION = `${API_GROUP}/target`;
/** Revision that runs now. @public */
export const REVISION_ANNOTATION = `${API_GROUP}/revision`;
/** `spec.type` of pipeline Components. @public */
export const PIPELINE_COMPONENT_TYPE = 'ml-pipeline';
