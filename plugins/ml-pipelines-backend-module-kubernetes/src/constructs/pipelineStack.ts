import type { Construct } from 'constructs';
import { TerraformOutput } from 'cdktf';
import {
  NodeCatalogue,
  PipelineDocument,
  RuntimeMode,
} from '@mlpipe/plugin-ml-pipelines-common';
import { ModelRef, terraformLiteral } from '@mlpipe/plugin-ml-pipelines-node';
import type { RuntimeImage } from '../config';
import type { KubernetesFacts } from '../facts';
import type { KubernetesTargetConfig } from '../targetConfig';
import { sourcePorts } from './sourcePorts';
import { monitoringObjects } from './monitoring/monitoringObjects';
import { KubectlManifestSink, ManifestSink } from './KubectlManifest';
import { Component, documentName, environmentName, HTTP_PORT } from './names';
import { POD_PATHS, podTemplate } from './podTemplate';
import { scheduledJob } from '../runs/runObjects';
import {
  autoscaler,
  cronJob,
  deployment,
  disruptionBudget,
  documentConfigMap,
  ingress,
  ingressHost,
  installedMarker,
  networkPolicy,
  ObjectContext,
  services,
  statefulSet,
} from './workloadObjects';

/** How long a pod goes on answering after it was told to end, in seconds. */
const DRAIN_SECONDS = 15;

/** What a pipeline's stack is built from. */
export interface PipelineStackOptions {
  target: string;
  config: KubernetesTargetConfig;
  image: RuntimeImage;
  pipeline: string;
  revision: number;
  release: string;
  document: PipelineDocument;
  mode: RuntimeMode;
  catalogue: NodeCatalogue;
  secretsVersion?: string;
  hasEnvironment: boolean;
  /** Another Secret with the variables than that of the version. */
  environmentSecret?: string;
  /** Other pull secrets than that of the image, as an expression of Terraform. */
  imagePullSecrets?: string;
  /** Another type of the Service than that of the exposure. */
  serviceType?: string;
  model?: ModelRef;
  exchangeUrl?: string;
  facts: KubernetesFacts;
  /** Address of the portal's pages, to which alerts and dashboards link. */
  portalPages?: string;
}

/** Adds the standing objects of a pipeline, and the output `endpoint`. */
export function addPipelineObjects(
  scope: Construct,
  options: PipelineStackOptions,
): void {
  const { mode, facts } = options;
  const context = addWorkload(new KubectlManifestSink(scope), options);
  if (mode !== 'batch') {
    new TerraformOutput(scope, 'endpoint', {
      value: terraformLiteral(endpointOf(context, facts)),
      description: 'Where the pipeline answers',
    }).overrideLogicalId('endpoint');
  }
}

/** Adds the standing objects of a pipeline. */
export function addWorkload(
  sink: ManifestSink,
  options: PipelineStackOptions,
): ObjectContext {
  const { mode, document, pipeline, config, facts } = options;
  const component: Component = mode === 'batch' ? 'run' : mode;
  const context: ObjectContext = {
    ...options,
    component,
    nodePorts: facts.nodePorts,
  };
  const ports = sourcePorts(document, options.catalogue);
  const name = documentName(pipeline, document);
  // Pods of the last good revision may need theirs: the driver takes them away.
  const configMap = sink.add(
    `document-${name.slice(-8)}`,
    documentConfigMap(context, name),
    { keep: true },
  );
  if (config.networkPolicy.enabled) {
    sink.add('network-policy', networkPolicy(context, ports));
  }
  if (mode === 'batch') {
    sink.add('installed', installedMarker(context), { dependsOn: [configMap] });
    if (document.spec.schedule && options.exchangeUrl) {
      const job = scheduledJob({
        ...options,
        exchangeUrl: options.exchangeUrl,
        workers: document.spec.compute.workers ?? 1,
        documentConfigMap: name,
        environmentSecret: environmentSecretOf(options),
      });
      sink.add('schedule', cronJob(context, job), { dependsOn: [configMap] });
    }
  } else {
    const template = podTemplate({
      ...options,
      component,
      compute: document.spec.compute,
      documentConfigMap: name,
      environmentSecret: environmentSecretOf(options),
      args: runtimeArguments(options, mode),
      serves: true,
      ports,
      data: mode === 'stream' ? 'claim' : 'scratch',
    });
    for (const service of services(context, ports)) {
      const isSource = service.metadata?.name !== pipeline;
      sink.add(isSource ? 'service-source' : 'service', service);
    }
    if (mode === 'serve') {
      sink.add('deployment', deployment(context, template), {
        dependsOn: [configMap],
      });
      const hpa = autoscaler(context);
      if (hpa) {
        sink.add('autoscaler', hpa);
      }
    } else {
      sink.add(
        'statefulset',
        statefulSet(
          context,
          template,
          facts.volume ?? {
            className: config.storage.className,
            size: `${config.storage.sizeGiB}Gi`,
          },
        ),
        { dependsOn: [configMap] },
      );
    }
    const seen = monitoringObjects(
      context,
      facts.monitoring,
      options.portalPages,
    );
    for (const [id, object] of Object.entries(seen)) {
      sink.add(id, object);
    }
    sink.add('disruption-budget', disruptionBudget(context));
    if (config.exposure.type === 'Ingress') {
      sink.add('ingress', ingress(context));
    }
  }
  return context;
}

function environmentSecretOf({
  pipeline,
  secretsVersion,
  hasEnvironment,
  environmentSecret,
}: PipelineStackOptions): string | undefined {
  if (environmentSecret !== undefined) {
    return environmentSecret;
  }
  return secretsVersion && hasEnvironment
    ? environmentName(pipeline, secretsVersion)
    : undefined;
}

function runtimeArguments(
  { release, revision, model, exchangeUrl }: PipelineStackOptions,
  mode: RuntimeMode,
): string[] {
  return [
    mode,
    ...['--spec', POD_PATHS.document],
    ...['--data-dir', POD_PATHS.data],
    ...['--host', '0.0.0.0'],
    ...['--port', String(HTTP_PORT.number)],
    ...['--release', release],
    ...['--revision', String(revision)],
    ...['--api-keys', POD_PATHS.keys],
    ...['--drain-seconds', String(DRAIN_SECONDS)],
    ...(model && exchangeUrl && mode === 'serve'
      ? [
          ...['--model', model.digest],
          ...['--exchange', exchangeUrl],
          ...['--token-file', POD_PATHS.token],
        ]
      : []),
  ];
}

/** Where users reach a pipeline: the best that is known when the stack is planned. */
export function endpointOf(
  context: ObjectContext,
  facts: Pick<KubernetesFacts, 'nodePorts' | 'address'>,
): string {
  const { config, pipeline } = context;
  const { exposure } = config;
  const port = facts.nodePorts[HTTP_PORT.name];
  const host = facts.address?.includes(':')
    ? `[${facts.address}]`
    : facts.address;
  if (exposure.type === 'Ingress') {
    const isSecure = exposure.tlsSecret || exposure.clusterIssuer;
    return `${isSecure ? 'https' : 'http'}://${ingressHost(context)}`;
  }
  if (exposure.type === 'NodePort' && host && port) {
    return `http://${host}:${port}`;
  }
  if (exposure.type === 'LoadBalancer' && host) {
    return `http://${host}`;
  }
  return `http://${pipeline}.${config.namespace.name}.svc`;
}
