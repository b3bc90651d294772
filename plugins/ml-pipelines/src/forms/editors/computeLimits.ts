import {
  Compute,
  hasErrors,
  Target,
  TargetCapabilities,
} from '@mlpipe/plugin-ml-pipelines-common';
import { validateCompute } from '../validateFields';

/** Whether resources are well-formed and within what the target gives. */
export function computeFits(
  compute: Partial<Compute>,
  limits: TargetCapabilities | undefined,
): boolean {
  if (hasErrors(validateCompute(compute))) {
    return false;
  }
  return (
    !limits ||
    ((compute.cpu ?? 1) <= limits.maxCpu &&
      (compute.memoryMiB ?? 1024) <= limits.maxMemoryMiB &&
      (compute.replicas ?? 1) <= limits.maxReplicas &&
      (compute.gpu?.count ?? 0) <= limits.maxGpus &&
      (compute.workers ?? 1) <= (limits.maxWorkers ?? 1) &&
      scalingFits(compute, limits))
  );
}

function scalingFits(
  { autoscaling, replicas = 1 }: Partial<Compute>,
  limits: TargetCapabilities,
): boolean {
  return (
    !autoscaling ||
    (limits.autoscaling &&
      autoscaling.maxReplicas >= replicas &&
      autoscaling.maxReplicas <= limits.maxReplicas)
  );
}

/** Price per hour by the target's rate card, and under most load; undefined without a card or with wrong numbers. */
export function computeCost(
  compute: Partial<Compute>,
  card: Target['rateCard'],
): { hourly: number; maxHourly?: number; currency: string } | undefined {
  if (!card || hasErrors(validateCompute(compute))) {
    return undefined;
  }
  const { cpu = 1, memoryMiB = 1024, replicas = 1, gpu, autoscaling } = compute;
  const each =
    cpu * card.cpuHour +
    (memoryMiB / 1024) * card.gibHour +
    (gpu?.count ?? 0) * card.gpuHour;
  return {
    hourly: replicas * each,
    ...(autoscaling && { maxHourly: autoscaling.maxReplicas * each }),
    currency: card.currency,
  };
}
