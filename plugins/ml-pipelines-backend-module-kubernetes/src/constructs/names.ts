import { createHash } from 'node:crypto';
import {
  canonicalJson,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';

/** Value of `app.kubernetes.io/managed-by` on all that this driver makes. */
export const MANAGED_BY = 'ml-pipelines';

/** Name of the pipeline that an object belongs to. */
export const PIPELINE_LABEL = 'mlpipe.io/pipeline';
/** Id of the run that an object belongs to. */
export const RUN_LABEL = 'mlpipe.io/run';
export const REVISION_ANNOTATION = 'mlpipe.io/revision';
export const RELEASE_ANNOTATION = 'mlpipe.io/release';
export const TARGET_ANNOTATION = 'mlpipe.io/target';
/** Changed on pods so that kubelet looks at their volumes at once. */
export const KEYS_ANNOTATION = 'mlpipe.io/keys';

/** Selects everything of this driver in a namespace. */
export const MANAGED_SELECTOR = `app.kubernetes.io/managed-by=${MANAGED_BY}`;

/** Name of the port that the runtime answers on, and its number in the pod. */
export const HTTP_PORT = { name: 'http', number: 8080, service: 80 } as const;

/** What a pod of a pipeline is for. */
export type Component = 'serve' | 'stream' | 'run';

/** Labels of every object of a pipeline (kubernetes.io, "Recommended Labels"). */
export function labelsOf(pipeline: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': pipeline,
    'app.kubernetes.io/instance': pipeline,
    'app.kubernetes.io/part-of': 'ml-pipelines',
    'app.kubernetes.io/managed-by': MANAGED_BY,
    'backstage.io/kubernetes-id': pipeline,
    [PIPELINE_LABEL]: pipeline,
  };
}

/** What a Service, a Deployment or a policy selects pods by; it can never change. */
export function selectorOf(
  pipeline: string,
  component: Component,
): Record<string, string> {
  return {
    [PIPELINE_LABEL]: pipeline,
    'app.kubernetes.io/component': component,
  };
}

/** Name of the ConfigMap that holds a document: another content has another name. */
export function documentName(
  pipeline: string,
  document: PipelineDocument,
): string {
  const digest = createHash('sha256')
    .update(canonicalJson(document))
    .digest('hex');
  return `${pipeline}-${digest.slice(0, 8)}`;
}

/** Name of the Secret with environment variables, by the version of the secrets. */
export function environmentName(pipeline: string, version: string): string {
  return `${pipeline}-env-${version}`;
}

/** Name of the Secret with the keys that a pipeline accepts and its workload token. */
export function keysName(pipeline: string): string {
  return `${pipeline}-keys`;
}
