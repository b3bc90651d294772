import { createHash } from 'node:crypto';
import type {
  V1ConfigMap,
  V1ConfigMapList,
  V1ControllerRevisionList,
  V1CronJobList,
  V1JobList,
  V1PodList,
  V1PodTemplateSpec,
  V1ReplicaSetList,
  V1Secret,
  V1SecretList,
} from '@kubernetes/client-node';
import type { WorkloadSecrets } from '@mlpipe/plugin-ml-pipelines-node';
import type { ClusterConnection } from './client/ClusterConnection';
import {
  environmentName,
  keysName,
  KEYS_ANNOTATION,
  labelsOf,
  PIPELINE_LABEL,
  RUN_LABEL,
  TARGET_ANNOTATION,
} from './constructs/names';
import { KEYS_FILES } from './constructs/podTemplate';
import { core, group, selecting } from './paths';

/**
 * Secrets of pipelines in a cluster, which never pass Terraform: variables
 * under a name for each version, so that pods roll with a new one; keys under
 * one name, so that a new key works and an old one stops without a rollout.
 */
export class WorkloadSecretObjects {
  constructor(
    private readonly connection: ClusterConnection,
    private readonly target: string,
  ) {}

  async handOver(
    pipeline: string,
    version: string,
    secrets: WorkloadSecrets,
  ): Promise<void> {
    if (Object.keys(secrets.environment).length > 0) {
      await this.#apply(
        pipeline,
        environmentName(pipeline, version),
        secrets.environment,
      );
    }
    await this.#apply(pipeline, keysName(pipeline), keyFiles(secrets));
    await this.#refreshPods(pipeline, version);
  }

  /** Everything of a pipeline that Terraform does not take away. */
  async takeBack(pipeline: string): Promise<void> {
    const { namespace } = this.connection;
    // Runs have Secrets of their own, which end with them.
    const query = `labelSelector=${encodeURIComponent(
      `${PIPELINE_LABEL}=${pipeline},!${RUN_LABEL}`,
    )}`;
    await this.connection.delete(`${core(namespace, 'secrets')}?${query}`);
    await this.connection.delete(`${core(namespace, 'configmaps')}?${query}`);
  }

  async #apply(
    pipeline: string,
    name: string,
    stringData: Record<string, string>,
  ): Promise<void> {
    const { namespace } = this.connection;
    const secret: V1Secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        namespace,
        labels: labelsOf(pipeline),
        annotations: { [TARGET_ANNOTATION]: this.target },
      },
      type: 'Opaque',
      data: Object.fromEntries(
        Object.entries(stringData).map(([key, value]) => [
          key,
          Buffer.from(value).toString('base64'),
        ]),
      ),
    };
    await this.connection.apply(core(namespace, 'secrets', name), secret);
  }

  /** Kubelet looks at the volumes of a pod again as soon as the pod changes, else within a minute or two. */
  async #refreshPods(pipeline: string, version: string): Promise<void> {
    const { namespace } = this.connection;
    const pods = await this.connection.get<V1PodList>(
      `${core(namespace, 'pods')}?${selecting({ [PIPELINE_LABEL]: pipeline })}`,
    );
    await Promise.all(
      pods.items.map(({ metadata }) =>
        this.connection
          .patch(core(namespace, 'pods', metadata?.name), {
            metadata: { annotations: { [KEYS_ANNOTATION]: version } },
          })
          // It may have ended meanwhile.
          .catch(error => {
            if (error.name !== 'NotFoundError') {
              throw error;
            }
          }),
      ),
    );
  }

  /**
   * Deletes Secrets and documents that no pod and no revision of a workload
   * names any more. To be called before Terraform plans, which then knows.
   *
   * @param keep - names of what the next revision needs
   */
  async removeUnused(pipeline: string, keep: string[]): Promise<void> {
    const { namespace } = this.connection;
    const query = selecting({ [PIPELINE_LABEL]: pipeline });
    const list = <T>(path: string) =>
      this.connection.get<T>(`${path}?${query}`);
    const [secrets, configMaps, pods, replicaSets, revisions, cronJobs, jobs] =
      await Promise.all([
        list<V1SecretList>(core(namespace, 'secrets')),
        list<V1ConfigMapList>(core(namespace, 'configmaps')),
        list<V1PodList>(core(namespace, 'pods')),
        list<V1ReplicaSetList>(group('apps/v1', namespace, 'replicasets')),
        list<V1ControllerRevisionList>(
          group('apps/v1', namespace, 'controllerrevisions'),
        ),
        list<V1CronJobList>(group('batch/v1', namespace, 'cronjobs')),
        // One that is due may not have begun.
        list<V1JobList>(group('batch/v1', namespace, 'jobs')),
      ]);
    const used = JSON.stringify([
      pods.items.map(pod => pod.spec),
      replicaSets.items.map(set => set.spec?.template?.spec),
      revisions.items.map(
        revision => (revision.data as { spec?: V1PodTemplateSpec })?.spec,
      ),
      cronJobs.items.map(({ spec }) => spec?.jobTemplate.spec?.template.spec),
      jobs.items.map(({ spec }) => spec?.template.spec),
    ]);
    const unused = <T extends V1Secret | V1ConfigMap>(items: T[]) =>
      items.filter(({ metadata }) => {
        const name = metadata?.name ?? '';
        const isOfRun = metadata?.labels?.[RUN_LABEL] !== undefined;
        return (
          !isOfRun &&
          !keep.includes(name) &&
          name !== keysName(pipeline) &&
          // Of a batch pipeline: says that it is there.
          name !== pipeline &&
          !isDashboard(metadata?.labels) &&
          !used.includes(JSON.stringify(name))
        );
      });
    for (const { metadata } of unused(secrets.items)) {
      await this.connection.delete(core(namespace, 'secrets', metadata?.name));
    }
    for (const { metadata } of unused(configMaps.items)) {
      await this.connection.delete(
        core(namespace, 'configmaps', metadata?.name),
      );
    }
  }
}

/** Dashboards are read by Grafana's sidecar, not by pods of the pipeline. */
function isDashboard(labels: Record<string, string> = {}): boolean {
  return 'grafana_dashboard' in labels;
}

/** The files of the Secret of {@link keysName}. */
export function keyFiles(secrets: WorkloadSecrets): Record<string, string> {
  const { workloadToken } = secrets;
  return {
    [KEYS_FILES.keys]: JSON.stringify({
      // With its own token the live view asks a workload how it does.
      sha256: [
        ...secrets.apiKeysSha256,
        ...(workloadToken
          ? [createHash('sha256').update(workloadToken).digest('hex')]
          : []),
      ],
      management: secrets.managementKeysSha256 ?? [],
    }),
    [KEYS_FILES.token]: workloadToken ?? '',
  };
}
