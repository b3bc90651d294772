/** API group of everything that this project defines: spec, annotations, labels. @public */
export const API_GROUP = 'mlpipe.io';

/** The version that is written today; older ones are upgraded on reading. @public */
export const API_VERSION = `${API_GROUP}/v1alpha1`;

/** The only kind of document so far. @public */
export const PIPELINE_KIND = 'Pipeline';
