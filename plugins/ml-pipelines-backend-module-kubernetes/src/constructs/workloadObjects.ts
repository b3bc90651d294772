import type {
  KubernetesObject,
  V1ConfigMap,
  V1CronJob,
  V1Deployment,
  V1Ingress,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V1PodTemplateSpec,
  V1Service,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { PipelineDocument } from '@mlpipe/plugin-ml-pipelines-common';
import type { KubernetesTargetConfig } from '../targetConfig';
import {
  Component,
  HTTP_PORT,
  labelsOf,
  RELEASE_ANNOTATION,
  REVISION_ANNOTATION,
  selectorOf,
  TARGET_ANNOTATION,
} from './names';
import { yamlSafeJson } from './toYaml';

/** A port that a source listens on. */
export interface SourcePort {
  name: string;
  number: number;
  protocol: 'TCP' | 'UDP';
}

/** What all objects of one pipeline share. */
export interface ObjectContext {
  target: string;
  config: KubernetesTargetConfig;
  pipeline: string;
  component: Component;
  revision: number;
  release: string;
  document: PipelineDocument;
  /** Ports of nodes by the name of the Service's port, where they are known. */
  nodePorts?: Record<string, number>;
  /** Another type of the Service than that of the exposure, as an expression of Terraform. */
  serviceType?: string;
}

/** How long a rollout may make no progress until Kubernetes calls it failed, in seconds. */
const PROGRESS_DEADLINE_SECONDS = 240;
/** ReplicaSets that are kept, so that `kubectl rollout undo` works as well. */
const HISTORY_LIMIT = 3;

function metadata(context: ObjectContext, name = context.pipeline) {
  return {
    name,
    namespace: context.config.namespace.name,
    labels: {
      ...labelsOf(context.pipeline),
      'app.kubernetes.io/component': context.component,
    },
    annotations: { [TARGET_ANNOTATION]: context.target },
  };
}

/** Metadata of what brings pods up: also says of which revision. */
function workloadMetadata(context: ObjectContext) {
  const { annotations, ...rest } = metadata(context);
  return {
    ...rest,
    annotations: {
      ...annotations,
      [REVISION_ANNOTATION]: String(context.revision),
      [RELEASE_ANNOTATION]: context.release,
    },
  };
}

/** The document as a file; immutable, because another content has another name. */
export function documentConfigMap(
  context: ObjectContext,
  name: string,
): V1ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(context, name),
    immutable: true,
    data: { 'pipeline.json': yamlSafeJson(context.document) },
  };
}

/**
 * Says that a batch pipeline is there, and in which revision: between its runs
 * nothing else of it stands.
 */
export function installedMarker(context: ObjectContext): V1ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: workloadMetadata(context),
    data: { revision: String(context.revision) },
  };
}

/** A rolling update takes an old pod away only when a new one answers. */
export function deployment(
  context: ObjectContext,
  template: V1PodTemplateSpec,
): V1Deployment {
  const { compute } = context.document.spec;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: workloadMetadata(context),
    spec: {
      // With an autoscaler it is nobody else's business.
      ...(!compute.autoscaling && { replicas: compute.replicas }),
      selector: { matchLabels: selectorOf(context.pipeline, 'serve') },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
      },
      minReadySeconds: 1,
      progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
      revisionHistoryLimit: HISTORY_LIMIT,
      template,
    },
  };
}

/** What a claim asked for when it was made; it cannot change afterwards. */
export interface VolumeClaim {
  className?: string;
  /** Kubernetes quantity, e.g. `10Gi`. */
  size: string;
}

/** One pod with a volume for log, offsets and model, which outlives it. */
export function statefulSet(
  context: ObjectContext,
  template: V1PodTemplateSpec,
  claim: VolumeClaim,
): V1StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: workloadMetadata(context),
    spec: {
      replicas: context.document.spec.compute.replicas,
      serviceName: context.pipeline,
      selector: { matchLabels: selectorOf(context.pipeline, 'stream') },
      // A broken revision must not hold up the one that mends it.
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate' },
      revisionHistoryLimit: HISTORY_LIMIT,
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: 'Retain',
        whenScaled: 'Retain',
      },
      template,
      volumeClaimTemplates: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: {
            name: 'data',
            labels: {
              ...labelsOf(context.pipeline),
              'app.kubernetes.io/component': context.component,
            },
          },
          spec: {
            accessModes: ['ReadWriteOnce'],
            ...(claim.className !== undefined && {
              storageClassName: claim.className,
            }),
            resources: { requests: { storage: claim.size } },
          },
        },
      ],
    },
  };
}

/** Runs by the schedule of the document, whether the portal is up or not. */
export function cronJob(
  context: ObjectContext,
  job: NonNullable<V1CronJob['spec']>['jobTemplate'],
): V1CronJob {
  const { schedule } = context.document.spec;
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: workloadMetadata(context),
    spec: {
      schedule: schedule?.cron ?? '',
      timeZone: schedule?.timezone,
      concurrencyPolicy: 'Forbid',
      // A cluster that was down for long does not run what is long past.
      startingDeadlineSeconds: 3600,
      // The portal takes runs away once it has their files.
      successfulJobsHistoryLimit: 100,
      failedJobsHistoryLimit: 100,
      jobTemplate: job,
    },
  };
}

/** Ports of sources get Services of their own kind: UDP cannot pass an Ingress. */
export function services(
  context: ObjectContext,
  sourcePorts: SourcePort[],
): V1Service[] {
  const { exposure } = context.config;
  const selector = selectorOf(context.pipeline, context.component);
  const type =
    context.serviceType ??
    {
      proxy: 'ClusterIP',
      Ingress: 'ClusterIP',
      NodePort: 'NodePort',
      LoadBalancer: 'LoadBalancer',
    }[exposure.type];
  const http: V1Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(context),
    spec: {
      type,
      selector,
      ports: [
        {
          name: HTTP_PORT.name,
          port: HTTP_PORT.service,
          targetPort: HTTP_PORT.name,
          protocol: 'TCP',
          appProtocol: 'http',
          ...nodePort(context, type, HTTP_PORT.name),
        },
      ],
    },
  };
  if (sourcePorts.length === 0) {
    return [http];
  }
  // Senders are machines outside of the cluster.
  const sourceType = type === 'LoadBalancer' ? 'LoadBalancer' : 'NodePort';
  return [
    http,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(context, `${context.pipeline}-source`),
      spec: {
        type: sourceType,
        selector,
        // The address of the sender is what an allow-list looks at.
        externalTrafficPolicy: 'Local',
        ports: sourcePorts.map(port => ({
          name: port.name,
          port: port.number,
          targetPort: port.name,
          protocol: port.protocol,
          ...nodePort(context, sourceType, port.name),
        })),
      },
    },
  ];
}

function nodePort({ nodePorts }: ObjectContext, type: string, name: string) {
  const port = nodePorts?.[name];
  return type !== 'ClusterIP' && port !== undefined ? { nodePort: port } : {};
}

/** The host of a pipeline's Ingress. */
export function ingressHost(context: ObjectContext): string {
  return (context.config.exposure.host ?? '{pipeline}').replaceAll(
    '{pipeline}',
    context.pipeline,
  );
}

export function ingress(context: ObjectContext): V1Ingress {
  const { exposure } = context.config;
  const host = ingressHost(context);
  const { annotations, ...rest } = metadata(context);
  const secretName =
    exposure.tlsSecret ??
    (exposure.clusterIssuer ? `${context.pipeline}-tls` : undefined);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...rest,
      annotations: {
        ...annotations,
        ...(exposure.clusterIssuer && {
          'cert-manager.io/cluster-issuer': exposure.clusterIssuer,
        }),
      },
    },
    spec: {
      ...(exposure.ingressClassName && {
        ingressClassName: exposure.ingressClassName,
      }),
      ...(secretName && { tls: [{ hosts: [host], secretName }] }),
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: {
                  service: {
                    name: context.pipeline,
                    port: { name: HTTP_PORT.name },
                  },
                },
              },
            ],
          },
        },
      ],
    },
  };
}

export function autoscaler(
  context: ObjectContext,
): V2HorizontalPodAutoscaler | undefined {
  const { autoscaling, replicas } = context.document.spec.compute;
  return (
    autoscaling && {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: metadata(context),
      spec: {
        scaleTargetRef: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: context.pipeline,
        },
        minReplicas: replicas,
        maxReplicas: autoscaling.maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: {
                type: 'Utilization',
                averageUtilization: autoscaling.targetCpuPercent,
              },
            },
          },
        ],
      },
    }
  );
}

/** One pod may be away for maintenance; a single one is not held back, or nodes could never be drained. */
export function disruptionBudget(
  context: ObjectContext,
): V1PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(context),
    spec: {
      maxUnavailable: 1,
      selector: {
        matchLabels: selectorOf(context.pipeline, context.component),
      },
    },
  };
}

/** Where clouds tell machines their credentials. */
const METADATA_SERVICES = ['169.254.169.254/32', '169.254.170.2/32'];
const METADATA_SERVICES_V6 = ['fd00:ec2::254/128'];

/** Requests reach the ports of the pipeline and nothing else of its pods, which never reach the cloud's metadata. */
export function networkPolicy(
  context: ObjectContext,
  sourcePorts: SourcePort[],
): V1NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(context),
    spec: {
      podSelector: { matchLabels: { ...pipelineSelector(context.pipeline) } },
      policyTypes: ['Ingress', 'Egress'],
      ingress:
        context.component === 'run'
          ? []
          : [
              {
                ports: [
                  { port: HTTP_PORT.number, protocol: 'TCP' },
                  ...sourcePorts.map(({ number, protocol }) => ({
                    port: number,
                    protocol,
                  })),
                ],
              },
            ],
      egress: [
        {
          to: [{ ipBlock: { cidr: '0.0.0.0/0', except: METADATA_SERVICES } }],
        },
        {
          to: [{ ipBlock: { cidr: '::/0', except: METADATA_SERVICES_V6 } }],
        },
      ],
    },
  };
}

function pipelineSelector(pipeline: string): Record<string, string> {
  const { 'app.kubernetes.io/component': _component, ...selector } = selectorOf(
    pipeline,
    'run',
  );
  return selector;
}

/** Any object, as it is sent to the cluster. */
export type ClusterObject = KubernetesObject & {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
};
