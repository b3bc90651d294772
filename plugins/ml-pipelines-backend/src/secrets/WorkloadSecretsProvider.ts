import type { PipelineDocument } from '@mlpipe/plugin-ml-pipelines-common';
import type { WorkloadSecrets } from '@mlpipe/plugin-ml-pipelines-node';

/** Collects what a driver hands over to a workload outside Terraform. */
export interface WorkloadSecretsProvider {
  /**
   * Version for the plan: the same while neither secrets nor keys change.
   * Reads no value.
   */
  version(pipeline: string, document: PipelineDocument): Promise<string>;
  /** Values and the version that they are of. @throws NotFoundError for a missing secret */
  collect(
    pipeline: string,
    document: PipelineDocument,
  ): Promise<{ version: string; secrets: WorkloadSecrets }>;
}

/** Called after a pipeline's API keys changed, so that what runs accepts the new one. */
export type OnApiKeysChanged = (pipeline: string) => Promise<void>;
