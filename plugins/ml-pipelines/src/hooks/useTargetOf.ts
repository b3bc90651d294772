import type {
  PipelineDetail,
  Target,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useTargets } from './useTargets';

/** The target that a pipeline is on, or that its newest document names; undefined until it is known. */
export function useTargetOf(
  pipeline: PipelineDetail | undefined,
): Target | undefined {
  const targets = useTargets();
  const name = pipeline?.deployedTarget ?? pipeline?.target;
  return targets.value?.find(target => target.name === name);
}
