import type {
  V1ConfigMap,
  V1CronJobSpec,
  V1EnvVar,
  V1Job,
  V1JobSpec,
  V1OwnerReference,
  V1PodTemplateSpec,
  V1Secret,
} from '@kubernetes/client-node';
import type {
  PipelineDocument,
  RunKind,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ModelRef } from '@mlpipe/plugin-ml-pipelines-node';
import type { RuntimeImage } from '../config';
import {
  labelsOf,
  REVISION_ANNOTATION,
  RUN_LABEL,
  TARGET_ANNOTATION,
} from '../constructs/names';
import { POD_PATHS, podTemplate } from '../constructs/podTemplate';
import type { KubernetesTargetConfig } from '../targetConfig';
import {
  JOB_LABEL,
  KIND_ANNOTATION,
  MODEL_ANNOTATION,
  mergeName,
  runDocumentName,
  runEnvironmentName,
  runKeysName,
  SCHEDULE_LABEL,
  WORKERS_ANNOTATION,
} from './runNames';

/** Exit codes of `mlpipe job` after which trying again would end alike: a wrong spec, unusable data. */
const FINAL_EXIT_CODES = [2, 3];
/** How often a worker is tried again that crashed or lost its node. */
const RETRIES = 3;
/** Runs are removed once their files are stored; this is for a portal that never comes back. */
const TTL_SECONDS = 30 * 24 * 3600;

/** What all Jobs of a pipeline share. */
export interface JobContext {
  target: string;
  config: KubernetesTargetConfig;
  image: RuntimeImage;
  pipeline: string;
  revision: number;
  document: PipelineDocument;
  /** Base URL of the pipeline's exchange, as pods reach it. */
  exchangeUrl: string;
  workers: number;
}

/** One run that the portal starts. */
export interface RunContext extends JobContext {
  run: string;
  kind: RunKind;
  input?: { digest: string; name: string };
  model?: ModelRef;
  hasEnvironment: boolean;
}

/** Labels of all that belongs to one run. */
export function runLabels(
  pipeline: string,
  run?: string,
): Record<string, string> {
  return {
    ...labelsOf(pipeline),
    'app.kubernetes.io/component': 'run',
    ...(run && { [RUN_LABEL]: run }),
  };
}

/**
 * The Job of a run, which waits: what its pods read belongs to it, so that it
 * has to be there first and takes all of it along when it is deleted.
 */
export function runJob(context: RunContext): V1Job {
  const { run, pipeline, workers } = context;
  return job(
    context,
    run,
    {
      ...jobSpec(workers),
      suspend: true,
      template: runPod(context, [
        ...['--run', run],
        ...(workers > 1 ? ['--of', String(workers)] : []),
      ]),
      ...(workers === 1 && { backoffLimit: RETRIES }),
    },
    runLabels(pipeline, run),
  );
}

/**
 * The Job that makes the parts of several workers one, as a single worker
 * would have left it. Its pod is theirs but for the task.
 */
export function mergeJob(shards: V1Job): V1Job {
  const { metadata, spec } = shards;
  const run = metadata?.name ?? '';
  const { labels, annotations } = metadata ?? {};
  const { template } = spec as V1JobSpec;
  const [container] = template.spec?.containers ?? [];
  const args = (container.args ?? []).map(argument =>
    argument === '--of' ? '--merge' : argument.replaceAll('$(RUN_ID)', run),
  );
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: mergeName(run),
      namespace: metadata?.namespace,
      labels: { ...labels, [RUN_LABEL]: run, [SCHEDULE_LABEL]: 'false' },
      annotations: keepOwn(annotations),
      ownerReferences: [ownedBy(shards)],
    },
    spec: {
      ...jobSpec(1),
      backoffLimit: RETRIES,
      template: {
        metadata: {
          labels: withoutController(template.metadata?.labels),
          annotations: template.metadata?.annotations,
        },
        spec: {
          ...template.spec,
          containers: [{ ...container, args }],
        },
      },
    },
  };
}

/**
 * What a CronJob makes Jobs of. They wait as well, until the portal has
 * adopted them: pods that nobody knows could neither fetch nor hand in
 * anything, however long the portal is away. They read what the deployment
 * has made, because nothing can be named after a run that is not there yet.
 */
export function scheduledJob(
  context: JobContext & {
    documentConfigMap: string;
    environmentSecret?: string;
  },
): V1CronJobSpec['jobTemplate'] {
  const { pipeline, revision, workers, target } = context;
  const template = podTemplate({
    ...context,
    component: 'run',
    compute: context.document.spec.compute,
    serves: false,
    data: 'scratch',
    args: runArguments({ ...context, kind: 'batch' }, [
      ...['--run', '$(RUN_ID)'],
      ...['--model', '$(MODEL)'],
      ...(workers > 1 ? ['--of', String(workers)] : []),
    ]),
  });
  return {
    metadata: {
      labels: { ...runLabels(pipeline), [SCHEDULE_LABEL]: 'true' },
      annotations: {
        [TARGET_ANNOTATION]: target,
        [REVISION_ANNOTATION]: String(revision),
        [KIND_ANNOTATION]: 'batch',
        [WORKERS_ANNOTATION]: String(workers),
      },
    },
    spec: {
      ...jobSpec(workers),
      ...(workers === 1 && { backoffLimit: RETRIES }),
      suspend: true,
      template: ending(template, [
        fieldVariable('RUN_ID', `metadata.labels['${JOB_LABEL}']`),
        fieldVariable('MODEL', `metadata.annotations['${MODEL_ANNOTATION}']`),
      ]),
    },
  };
}

/** Variables and token of a run: nobody else's, and gone with it. */
export function runSecrets(
  context: Pick<RunContext, 'target' | 'pipeline' | 'run'>,
  secrets: {
    environment: Record<string, string>;
    keys: Record<string, string>;
  },
  owner: V1OwnerReference,
): V1Secret[] {
  const secret = (name: string, values: Record<string, string>): V1Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: dependent(context, name, owner),
    type: 'Opaque',
    immutable: true,
    data: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        Buffer.from(value).toString('base64'),
      ]),
    ),
  });
  return [
    secret(runKeysName(context.run), secrets.keys),
    ...(Object.keys(secrets.environment).length > 0
      ? [secret(runEnvironmentName(context.run), secrets.environment)]
      : []),
  ];
}

/** The document of a run, which may be one that is not saved. */
export function runDocument(
  context: Pick<RunContext, 'target' | 'pipeline' | 'run' | 'document'>,
  owner: V1OwnerReference,
): V1ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: dependent(context, runDocumentName(context.run), owner),
    immutable: true,
    data: { 'pipeline.json': JSON.stringify(context.document) },
  };
}

/** Makes an object go with a Job. */
export function ownedBy({ metadata }: V1Job): V1OwnerReference {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    controller: false,
    blockOwnerDeletion: false,
  };
}

function dependent(
  context: Pick<RunContext, 'target' | 'pipeline' | 'run'>,
  name: string,
  owner: V1OwnerReference,
) {
  return {
    name,
    labels: runLabels(context.pipeline, context.run),
    annotations: { [TARGET_ANNOTATION]: context.target },
    ownerReferences: [owner],
  };
}

/** Kubernetes labels pods with the Job that they are of. */
function withoutController(
  labels: Record<string, string> = {},
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([name]) =>
        !/^(?:batch\.kubernetes\.io\/)?(?:controller-uid|job-name)$/.test(name),
    ),
  );
}

/** Not what says when the shards began, or were due. */
function keepOwn(
  annotations: Record<string, string> = {},
): Record<string, string> {
  const kept = [
    TARGET_ANNOTATION,
    REVISION_ANNOTATION,
    KIND_ANNOTATION,
    WORKERS_ANNOTATION,
  ];
  return Object.fromEntries(
    Object.entries(annotations).filter(([name]) => kept.includes(name)),
  );
}

function job(
  context: RunContext,
  name: string,
  spec: V1JobSpec,
  labels: Record<string, string>,
): V1Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: context.config.namespace.name,
      labels,
      annotations: {
        [TARGET_ANNOTATION]: context.target,
        [REVISION_ANNOTATION]: String(context.revision),
        [KIND_ANNOTATION]: context.kind,
        [WORKERS_ANNOTATION]: String(context.workers),
      },
    },
    spec,
  };
}

/** All but the pods: how failures are judged, and who does which part. */
function jobSpec(workers: number): Omit<V1JobSpec, 'template'> {
  return {
    ...(workers > 1
      ? {
          completionMode: 'Indexed',
          completions: workers,
          parallelism: workers,
          backoffLimitPerIndex: RETRIES,
          // What one worker cannot do, the others need not finish.
          maxFailedIndexes: 0,
        }
      : {}),
    podReplacementPolicy: 'Failed',
    podFailurePolicy: {
      rules: [
        // A drained or lost node is nobody's fault.
        {
          action: 'Ignore',
          onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
        },
        {
          action: 'FailJob',
          onExitCodes: {
            containerName: 'runtime',
            operator: 'In',
            values: FINAL_EXIT_CODES,
          },
        },
      ],
    },
    ttlSecondsAfterFinished: TTL_SECONDS,
  };
}

function runPod(context: RunContext, extra: string[]): V1PodTemplateSpec {
  const { run, document, hasEnvironment, model, input } = context;
  return ending(
    podTemplate({
      ...context,
      component: 'run',
      compute: document.spec.compute,
      documentConfigMap: runDocumentName(run),
      environmentSecret: hasEnvironment ? runEnvironmentName(run) : undefined,
      keysSecret: runKeysName(run),
      serves: false,
      data: 'scratch',
      labels: { [RUN_LABEL]: run },
      args: runArguments(context, [
        ...extra,
        ...(input
          ? [...['--input', input.digest], ...['--input-name', input.name]]
          : []),
        ...(model ? ['--model', model.digest] : []),
      ]),
    }),
  );
}

function runArguments(
  { kind, exchangeUrl }: Pick<RunContext, 'kind' | 'exchangeUrl'>,
  extra: string[],
): string[] {
  return [
    'job',
    ...['--kind', kind],
    ...['--spec', POD_PATHS.document],
    ...['--exchange', exchangeUrl],
    ...['--token-file', POD_PATHS.token],
    ...['--data-dir', POD_PATHS.data],
    ...extra,
  ];
}

/** A pod that ends: the Job, not kubelet, decides whether it is tried again. */
function ending(
  template: V1PodTemplateSpec,
  variables: V1EnvVar[] = [],
): V1PodTemplateSpec {
  const { spec } = template;
  const [container] = spec?.containers ?? [];
  return {
    ...template,
    spec: {
      ...spec,
      restartPolicy: 'Never',
      containers: [
        { ...container, env: [...(container.env ?? []), ...variables] },
      ],
    },
  };
}

function fieldVariable(name: string, fieldPath: string): V1EnvVar {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}
