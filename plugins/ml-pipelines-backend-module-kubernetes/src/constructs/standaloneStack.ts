import {
  StandaloneNotes,
  terraformLiteral,
} from '@mlpipe/plugin-ml-pipelines-node';
import { TerraformOutput, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import type { KubernetesTargetConfig } from '../targetConfig';
import { KubectlManifestSink } from './KubectlManifest';
import { keysName } from './names';
import { addWorkload, PipelineStackOptions } from './pipelineStack';
import { KEYS_FILES } from './podTemplate';
import { expression } from './toYaml';

/** Options of {@link addStandalonePipeline}. */
export type StandaloneOptions = Omit<
  PipelineStackOptions,
  'facts' | 'hasEnvironment' | 'exchangeUrl' | 'model' | 'secretsVersion'
>;

/** On objects that the portal has not made, and therefore leaves alone. */
const STANDALONE_TARGET = 'export';

/**
 * Adds a pipeline on whatever cluster Terraform is pointed at, with variables
 * for all that differs from cluster to cluster.
 */
export function addStandalonePipeline(
  scope: Construct,
  options: StandaloneOptions,
): StandaloneNotes {
  const { config, image, pipeline, document, mode } = options;
  const variable = (name: string, preset: string, description: string) => {
    new TerraformVariable(scope, name, {
      type: 'string',
      nullable: false,
      default: terraformLiteral(preset),
      description,
    }).overrideLogicalId(name);
    return `var.${name}`;
  };
  const orNull = (name: string) => `(${name} == "" ? null : ${name})`;
  const namespace = variable(
    'namespace',
    config.namespace.name,
    'Namespace, which must be there',
  );
  const reference = variable(
    'image',
    image.reference,
    'Image of the pipeline runtime',
  );
  const pullSecret = variable(
    'image_pull_secret',
    '',
    'Secret for the registry of the image; none when empty',
  );
  const context = variable(
    'kube_context',
    '',
    'Context of the kubeconfig; its current one when empty',
  );
  const serviceType = variable(
    'service_type',
    'ClusterIP',
    'How the pipeline is reached: ClusterIP, NodePort or LoadBalancer',
  );
  const storageClass =
    mode === 'stream' &&
    variable(
      'storage_class',
      '',
      "Class of the pipeline's volume; the cluster's default when empty",
    );
  const environmentSecret =
    document.spec.secrets.length > 0 &&
    variable(
      'environment_secret',
      `${pipeline}-env`,
      'Secret with the environment variables of the pipeline',
    );

  const sink = new KubectlManifestSink(scope, {
    config_context: `\${${orNull(context)}}`,
  });
  addWorkload(sink, {
    ...options,
    target: STANDALONE_TARGET,
    config: standaloneConfig(config, expression(namespace)),
    image: {
      pullPolicy: image.pullPolicy,
      reference: expression(reference),
    },
    imagePullSecrets: expression(
      `${pullSecret} == "" ? [] : [{ name = ${pullSecret} }]`,
    ),
    serviceType: expression(serviceType),
    hasEnvironment: environmentSecret !== false,
    environmentSecret:
      environmentSecret === false ? undefined : expression(environmentSecret),
    facts: {
      version: '',
      monitoring: { serviceMonitor: false, prometheusRule: false },
      nodePorts: {},
      volume: {
        size: `${config.storage.sizeGiB}Gi`,
        ...(storageClass && { className: expression(orNull(storageClass)) }),
      },
    },
  });
  if (mode !== 'batch') {
    new TerraformOutput(scope, 'endpoint', {
      value: `http://${pipeline}.\${${namespace}}.svc`,
      description: 'Where the pipeline answers inside the cluster',
    }).overrideLogicalId('endpoint');
  }
  return {
    requirements: requirements(options),
    secrets: secretNotes(options),
  };
}

/** What only holds for the cluster that the pipeline comes from is left out. */
function standaloneConfig(
  config: KubernetesTargetConfig,
  namespace: string,
): KubernetesTargetConfig {
  return {
    ...config,
    namespace: { name: namespace, create: false },
    exposure: { type: 'proxy' },
    nodeSelector: {},
    tolerations: [],
  };
}

function requirements({ config, mode, document }: StandaloneOptions): string {
  return [
    '- Kubernetes 1.30 or newer, and a kubeconfig (`KUBECONFIG`, or `~/.kube/config`) whose user may change Deployments, StatefulSets, Services, ConfigMaps, NetworkPolicies, PodDisruptionBudgets and HorizontalPodAutoscalers of the namespace.',
    '- The namespace: `kubectl create namespace …`.',
    '- An image of the pipeline runtime that the nodes can pull; another one with `-var image=…`.',
    ...(mode === 'stream'
      ? [
          '- A storage class that makes volumes, or a volume that fits the claim.',
        ]
      : []),
    ...(document.spec.compute.gpu
      ? [
          `- Nodes with the resource \`${config.gpu.resourceName}\`${
            config.gpu.runtimeClassName
              ? ` and the runtime class \`${config.gpu.runtimeClassName}\``
              : ''
          }.`,
        ]
      : []),
    ...config.dataVolumes.map(
      ({ claim, mountPath }) =>
        `- A PersistentVolumeClaim \`${claim}\` with what the pipeline reads below \`${mountPath}\`.`,
    ),
    ...(mode === 'batch'
      ? [
          '- The portal, to run it: it hands files over and keeps the results. Without it the document is installed, and nothing runs.',
        ]
      : []),
  ].join('\n');
}

function secretNotes({ pipeline, document }: StandaloneOptions): string {
  return [
    'Pods take them from Secrets of the cluster, which never pass Terraform. Make them before `terraform apply`:',
    '',
    '```sh',
    ...(document.spec.secrets.length > 0
      ? [
          `kubectl -n NAMESPACE create secret generic ${pipeline}-env --from-env-file=variables.env`,
        ]
      : []),
    `kubectl -n NAMESPACE create secret generic ${keysName(
      pipeline,
    )} --from-file=${KEYS_FILES.keys} --from-literal=${KEYS_FILES.token}=`,
    '```',
    '',
    `\`${KEYS_FILES.keys}\` has the form \`{"sha256": ["…"]}\` with the SHA-256 of each API key that the endpoint accepts (\`printf %s "$API_KEY" | sha256sum\`); delete the files afterwards.`,
  ].join('\n');
}
