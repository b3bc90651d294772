/** When a Job was let go; without it a Job still waits to be started. */
export const STARTED_ANNOTATION = 'mlpipe.io/started-at';
/** When a run was cancelled. */
export const CANCELLED_ANNOTATION = 'mlpipe.io/cancelled-at';
/** What a run is: batch, training or test. */
export const KIND_ANNOTATION = 'mlpipe.io/run-kind';
/** How many share the work. */
export const WORKERS_ANNOTATION = 'mlpipe.io/workers';
/** Of pods: digest of the model to score with. */
export const MODEL_ANNOTATION = 'mlpipe.io/model';
/** On Jobs that a CronJob made. */
export const SCHEDULE_LABEL = 'mlpipe.io/schedule';
/** When a CronJob's Job was due; Kubernetes' own. */
export const DUE_ANNOTATION = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
/** On pods of a Job; Kubernetes' own. */
export const JOB_LABEL = 'batch.kubernetes.io/job-name';

/** Job that puts the parts of several workers together. */
export const mergeName = (run: string) => `${run}-merge`;
/** ConfigMap with the document of one run. */
export const runDocumentName = (run: string) => `${run}-document`;
/** Secret with the environment variables of one run. */
export const runEnvironmentName = (run: string) => `${run}-env`;
/** Secret with the workload token for one run. */
export const runKeysName = (run: string) => `${run}-keys`;

/** Selects the pods of a run, those of its merge included. */
export const podsOfRun = (run: string) =>
  `${JOB_LABEL} in (${run},${mergeName(run)})`;
