import type {
  V1Container,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Probe,
  V1ResourceRequirements,
  V1Volume,
  V1VolumeMount,
} from '@kubernetes/client-node';
import type { Compute } from '@mlpipe/plugin-ml-pipelines-common';
import type { RuntimeImage } from '../config';
import type { KubernetesTargetConfig } from '../targetConfig';
import {
  Component,
  HTTP_PORT,
  keysName,
  labelsOf,
  RELEASE_ANNOTATION,
  REVISION_ANNOTATION,
  selectorOf,
  TARGET_ANNOTATION,
} from './names';

/** Where things are in a pod. */
export const POD_PATHS = {
  document: '/etc/mlpipe/pipeline.json',
  keys: '/etc/mlpipe/keys/keys.json',
  token: '/etc/mlpipe/keys/workload-token',
  data: '/data',
} as const;

/** Keys of the Secret of {@link keysName}. */
export const KEYS_FILES = {
  keys: 'keys.json',
  token: 'workload-token',
} as const;

/** The user of the image; any other would have to own its files. */
const USER = 10_001;
/** In-flight requests end, state becomes durable, connections drain. */
const GRACE_SECONDS = 45;

/** Options of {@link podTemplate}. */
export interface PodTemplateOptions {
  target: string;
  config: KubernetesTargetConfig;
  image: RuntimeImage;
  pipeline: string;
  component: Component;
  revision: number;
  /** Absent for runs. */
  release?: string;
  compute: Compute;
  /** ConfigMap with the document. */
  documentConfigMap: string;
  /** Secret with environment variables; absent without any. */
  environmentSecret?: string;
  /** Secret with keys and token; that of the pipeline by default. */
  keysSecret?: string;
  /** Other pull secrets than that of the image, as an expression of Terraform. */
  imagePullSecrets?: string;
  /** Arguments of `mlpipe`. */
  args: string[];
  /** Whether it listens on {@link HTTP_PORT}, which probes then ask. */
  serves: boolean;
  /** Further ports, e.g. of syslog. */
  ports?: Array<{ name: string; number: number; protocol: 'TCP' | 'UDP' }>;
  /** `claim`: a volume claim template `data` of its StatefulSet. */
  data: 'scratch' | 'claim';
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  environment?: Record<string, string>;
}

/**
 * The pod of everything that the runtime does. Conforms to the Pod Security
 * Standard *restricted*: another user than root, read-only root, no
 * capabilities, default seccomp; and no token for the API server, because the
 * runtime never asks it.
 */
export function podTemplate(options: PodTemplateOptions): V1PodTemplateSpec {
  const { pipeline, component, revision, release, target } = options;
  return {
    metadata: {
      labels: {
        ...labelsOf(pipeline),
        ...selectorOf(pipeline, component),
        'app.kubernetes.io/version': `r${revision}`,
        ...options.labels,
      },
      annotations: {
        [REVISION_ANNOTATION]: String(revision),
        [TARGET_ANNOTATION]: target,
        ...(release && { [RELEASE_ANNOTATION]: release }),
        ...options.annotations,
      },
    },
    spec: podSpec(options),
  };
}

function podSpec(options: PodTemplateOptions): V1PodSpec {
  const { config, compute } = options;
  const gpu = compute.gpu;
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      // A volume with a model of many files is not walked through on each start.
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...pullSecrets(options),
    ...(gpu &&
      config.gpu.runtimeClassName && {
        runtimeClassName: config.gpu.runtimeClassName,
      }),
    ...nodeChoice(options),
    containers: [container(options)],
    volumes: volumes(options),
  };
}

function pullSecrets({
  image,
  imagePullSecrets,
}: PodTemplateOptions): Pick<V1PodSpec, 'imagePullSecrets'> {
  if (imagePullSecrets !== undefined) {
    // An expression, which gives a list.
    return { imagePullSecrets: imagePullSecrets as unknown as [] };
  }
  return image.pullSecret
    ? { imagePullSecrets: [{ name: image.pullSecret }] }
    : {};
}

function nodeChoice({ config, compute }: PodTemplateOptions) {
  const selector = {
    ...config.nodeSelector,
    ...(compute.gpu?.type && {
      [config.gpu.productLabel]: productLabelValue(compute.gpu.type),
    }),
  };
  const tolerations = [
    ...config.tolerations,
    ...(compute.gpu ? config.gpu.tolerations : []),
  ];
  return {
    ...(Object.keys(selector).length > 0 && { nodeSelector: selector }),
    ...(tolerations.length > 0 && { tolerations }),
  };
}

/** As NVIDIA's device discovery writes products: what a label cannot hold becomes a hyphen. */
function productLabelValue(type: string): string {
  return type
    .replace(/[^A-Za-z0-9_.]+/g, '-')
    .slice(0, 63)
    .replace(/^[-_.]+|[-_.]+$/g, '');
}

function container(options: PodTemplateOptions): V1Container {
  const { image, args, serves, ports = [], compute } = options;
  const threads = String(Math.max(1, Math.ceil(compute.cpu)));
  // Libraries count the cores of the node, not those of the pod.
  const environment: Record<string, string> = {
    OMP_NUM_THREADS: threads,
    OPENBLAS_NUM_THREADS: threads,
    MKL_NUM_THREADS: threads,
    LOKY_MAX_CPU_COUNT: threads,
    HOME: '/tmp',
    ...options.environment,
  };
  return {
    name: 'runtime',
    image: image.reference,
    imagePullPolicy: image.pullPolicy,
    args,
    env: Object.entries(environment).map(([name, value]) => ({ name, value })),
    ...(options.environmentSecret && {
      envFrom: [{ secretRef: { name: options.environmentSecret } }],
    }),
    ports: [
      ...(serves
        ? [
            {
              name: HTTP_PORT.name,
              containerPort: HTTP_PORT.number,
              protocol: 'TCP',
            },
          ]
        : []),
      ...ports.map(({ name, number, protocol }) => ({
        name,
        containerPort: number,
        protocol,
      })),
    ],
    resources: resources(options),
    ...(serves && {
      // A model may be fetched and loaded before it answers.
      startupProbe: probe('/readyz', {
        periodSeconds: 2,
        failureThreshold: 90,
      }),
      readinessProbe: probe('/readyz', {
        periodSeconds: 2,
        failureThreshold: 2,
      }),
      livenessProbe: probe('/healthz', {
        periodSeconds: 10,
        failureThreshold: 3,
      }),
    }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: mounts(options),
  };
}

function probe(path: string, times: Partial<V1Probe>): V1Probe {
  return {
    httpGet: { path, port: HTTP_PORT.name, scheme: 'HTTP' },
    timeoutSeconds: 3,
    successThreshold: 1,
    ...times,
  };
}

function resources({
  compute,
  config,
}: PodTemplateOptions): V1ResourceRequirements {
  const amounts = {
    cpu: cpuQuantity(compute.cpu),
    memory: `${compute.memoryMiB}Mi`,
    ...(compute.gpu && {
      [config.gpu.resourceName]: String(compute.gpu.count),
    }),
  };
  return { requests: amounts, limits: amounts };
}

/** Kubernetes' canonical form, so that nothing seems to drift: `2`, `500m`. */
export function cpuQuantity(cores: number): string {
  const milli = Math.round(cores * 1000);
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

function mounts({ config }: PodTemplateOptions): V1VolumeMount[] {
  return [
    {
      name: 'document',
      mountPath: POD_PATHS.document,
      subPath: 'pipeline.json',
      readOnly: true,
    },
    { name: 'keys', mountPath: '/etc/mlpipe/keys', readOnly: true },
    { name: 'data', mountPath: POD_PATHS.data },
    { name: 'tmp', mountPath: '/tmp' },
    ...config.dataVolumes.map(({ mountPath }, index) => ({
      name: `source-${index}`,
      mountPath,
      readOnly: true,
    })),
  ];
}

function volumes(options: PodTemplateOptions): V1Volume[] {
  const { pipeline, documentConfigMap, data } = options;
  return [
    { name: 'document', configMap: { name: documentConfigMap } },
    {
      name: 'keys',
      secret: {
        secretName: options.keysSecret ?? keysName(pipeline),
        defaultMode: 0o440,
      },
    },
    ...(data === 'scratch' ? [{ name: 'data', emptyDir: {} }] : []),
    { name: 'tmp', emptyDir: {} },
    ...options.config.dataVolumes.map(({ claim }, index) => ({
      name: `source-${index}`,
      persistentVolumeClaim: { claimName: claim, readOnly: true },
    })),
  ];
}
