import type { PipelineStore } from '../pipelines/PipelineStore';
import type { TargetRegistry } from '../targets/TargetRegistry';
import type {
  OnApiKeysChanged,
  WorkloadSecretsProvider,
} from './WorkloadSecretsProvider';

/** Options of {@link createApiKeyHandOver}. */
export interface ApiKeyHandOverOptions {
  pipelines: Pick<PipelineStore, 'listDeployed' | 'getRevision'>;
  targets: Pick<TargetRegistry, 'get'>;
  workloadSecrets: WorkloadSecretsProvider;
}

/** Brings changed API keys to the target of what runs; nothing to do where nothing is deployed. */
export function createApiKeyHandOver(
  options: ApiKeyHandOverOptions,
): OnApiKeysChanged {
  const { pipelines, targets, workloadSecrets } = options;
  return async pipeline => {
    const deployed = (await pipelines.listDeployed()).find(
      candidate => candidate.name === pipeline,
    );
    const revision =
      deployed && (await pipelines.getRevision(pipeline, deployed.revision));
    if (!deployed || !revision) {
      return;
    }
    const { driver, ref } = await targets.get(deployed.target);
    await driver.handOverSecrets({
      pipeline,
      target: ref,
      ...(await workloadSecrets.collect(pipeline, revision.document)),
    });
  };
}
